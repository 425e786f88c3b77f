import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import type { ImportRow, Progress, TemplateStore } from '@mood/domain';
import { eventually } from '@mood/testing/eventually';
import { startStopwatch } from '@mood/testing/processor-time';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { bySystem, draftUnderTest } from './template-draft.fixture.ts';
import { createTemplateStore } from './template-store.ts';

let opened: DatabaseUnderTest;
let store: TemplateStore;
const change = { changedBy: randomUUID(), reason: 'spring set' };
const silent: Progress = () => {};

beforeEach(async () => {
  opened = await openDatabaseUnderTest();
  store = createTemplateStore(opened.database);
});
afterEach(() => opened.close());

const importRows = (rows: readonly ImportRow[], progress = silent) => store.importAll(rows, change, { dryRun: false, progress });
const tryOut = (rows: readonly ImportRow[]) => store.importAll(rows, change, { dryRun: true, progress: silent });
const outcomes = (imported: readonly { outcome: string }[]) => imported.map(({ outcome }) => outcome);
const many = (count: number): ImportRow[] =>
  Array.from({ length: count }, (_, n) => draftUnderTest({ content: `Hi {{userName|there}}, number ${n}` }));

/** Everything that an import could change. */
async function everything() {
  const { rows } = await opened.sql.query(
    `SELECT (SELECT revision FROM mood_template_catalog) AS revision, (SELECT count(*) FROM mood_template_versions) AS versions,
      (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM mood_messaging_templates t) AS templates`,
  );
  return rows;
}

describe('an import', () => {
  test('creates, changes and leaves, and says what became of each row in their order', async () => {
    const known = await store.create(draftUnderTest({ content: 'known' }), bySystem);
    const same = await store.create(draftUnderTest({ content: 'same' }), bySystem);
    const newId = randomUUID();
    const imported = await importRows([
      { ...draftUnderTest({ content: 'changed', locale: 'fr' }), id: known.id },
      { ...draftUnderTest({ content: 'same' }), id: same.id },
      { ...draftUnderTest({ content: 'new, with an id' }), id: newId },
      draftUnderTest({ content: 'new' }),
      draftUnderTest({ content: 'same' }),
      draftUnderTest({ content: 'new' }),
    ]);
    expect(outcomes(imported)).toEqual(['changed', 'left', 'created', 'created', 'left', 'left']);
    expect(imported.slice(0, 3).map(({ id }) => id)).toEqual([known.id, same.id, newId]);
    expect(imported[4]?.id).toBe(same.id);
    expect(imported[5]?.id).toBe(imported[3]?.id);
    expect(await store.find(known.id)).toMatchObject({ content: 'changed', locale: 'fr', version: 2 });
    expect(await store.findVersion(known.id, 2)).toMatchObject(change);
    expect(await store.find(newId)).toMatchObject({ content: 'new, with an id', version: 1, createdBy: change.changedBy });
    expect(await store.findVersion(newId, 1)).toMatchObject(change);
    expect(await store.find(same.id)).toMatchObject({ version: 1 });
  });

  test('repeated changes nothing', async () => {
    const rows = [...many(20), { ...draftUnderTest({ content: 'has an id' }), id: randomUUID() }];
    await importRows(rows);
    const after = await everything();
    expect(new Set(outcomes(await importRows(rows)))).toEqual(new Set(['left']));
    expect(await everything()).toEqual(after);
  });

  test('that gives one row an id and repeats it without creates it once', async () => {
    const id = randomUUID();
    const imported = await importRows([{ ...draftUnderTest({ content: 'twice' }), id }, draftUnderTest({ content: 'twice' })]);
    expect(imported).toEqual([
      { id, outcome: 'created' },
      { id, outcome: 'left' },
    ]);
  });

  test('that changes a template and also wants what it was has both in the end', async () => {
    const { id } = await store.create(draftUnderTest({ content: 'old' }), bySystem);
    const rows = [{ ...draftUnderTest({ content: 'new' }), id }, draftUnderTest({ content: 'old' })];
    await importRows(rows);
    const contents = (await store.candidates('positive', 'greeting')).map(({ content }) => content);
    expect(contents).toEqual(expect.arrayContaining(['old', 'new']));
    expect(outcomes(await importRows(rows))).toEqual(['left', 'left']);
  });

  test('that is tried out says the same and writes nothing at all', async () => {
    const { id } = await store.create(draftUnderTest(), bySystem);
    const rows = [{ ...draftUnderTest({ content: 'changed' }), id }, ...many(3)];
    const before = await everything();
    const tried = await tryOut(rows);
    expect(await everything()).toEqual(before);
    expect(outcomes(await importRows(rows))).toEqual(outcomes(tried));
  });

  test.each([
    ['that is tried out', (rows: readonly ImportRow[]) => tryOut([...rows, draftUnderTest({ content: 'new' })])],
    ['that finds everything as it is', (rows: readonly ImportRow[]) => importRows(rows)],
  ])('%s waits for no lock, and locks nothing', async (_what, run) => {
    const rows = many(3);
    await importRows(rows);
    await opened.sql.query('BEGIN');
    await opened.sql.query('SELECT revision FROM mood_template_catalog FOR UPDATE');
    const imported = await run(rows);
    await opened.sql.query('ROLLBACK');
    expect(outcomes(imported).slice(0, 3)).toEqual(['left', 'left', 'left']);
  });

  test('is compared anew when somebody changes templates between its look and its lock', async () => {
    const { id } = await store.create(draftUnderTest({ content: 'old' }), bySystem);
    const rows = [{ ...draftUnderTest({ content: 'wanted' }), id }, draftUnderTest({ content: 'new' })];
    await opened.sql.query('BEGIN');
    await opened.sql.query(`UPDATE mood_messaging_templates SET content = 'wanted' WHERE id = $1`, [id]);
    const importing = importRows(rows);
    await eventually(
      async () =>
        (await opened.sql.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)).rowCount,
      (waiting) => waiting === 1,
    );
    await opened.sql.query('COMMIT');
    expect(outcomes(await importing)).toEqual(['left', 'created']);
    expect(await store.find(id)).toMatchObject({ content: 'wanted', version: 2 });
  });

  test('of which one row cannot be stored writes none', async () => {
    const before = await everything();
    const rows = many(1_200);
    await expect(importRows([...rows, draftUnderTest({ content: 'too heavy', weight: 1_001 })])).rejects.toMatchObject({ code: '23514' });
    expect(await everything()).toEqual(before);
    expect(await store.create(draftUnderTest(), bySystem)).toMatchObject({ version: 1 });
  });

  test('whose connection is cut between two batches writes none, and says "not available"; the next one succeeds', async () => {
    const before = await everything();
    const cut: Progress = async () => {
      await opened.sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
    };
    await expect(importRows(many(1_200), cut)).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await everything()).toEqual(before);
    expect(outcomes(await importRows(many(3)))).toEqual(['created', 'created', 'created']);
  });

  test('and another at once do not create the same templates twice', async () => {
    const other = createTemplateStore(opened.connectAnother());
    const rows = many(50);
    const [first, second] = await Promise.all([importRows(rows), other.importAll(rows, change, { dryRun: false, progress: silent })]);
    expect([...outcomes(first), ...outcomes(second)].filter((outcome) => outcome === 'created')).toHaveLength(50);
    expect(first.map(({ id }) => id)).toEqual(second.map(({ id }) => id));
  });

  test('of 10,000 rows takes seconds, reports how far it is, and so does changing them all', async () => {
    const steps: [string, number, number][] = [];
    const rows = many(10_000);
    const sinceBegun = startStopwatch();
    const imported = await importRows(rows, (...step) => void steps.push(step));
    const created = sinceBegun();
    expect(new Set(outcomes(imported))).toEqual(new Set(['created']));
    expect(steps.at(-1)).toEqual(['written', 10_000, 10_000]);
    expect(steps.length).toBeGreaterThan(10);
    const changed = imported.map(({ id }, n) => ({ ...draftUnderTest({ content: `changed ${n}` }), id }));
    const sinceBegunAgain = startStopwatch();
    expect(new Set(outcomes(await importRows(changed)))).toEqual(new Set(['changed']));
    const updated = sinceBegunAgain();
    expect(created).toBeLessThan(15_000);
    expect(updated).toBeLessThan(15_000);
    const { rows: counted } = await opened.sql.query(
      `SELECT count(*)::int AS versions FROM mood_template_versions WHERE template_id = ANY($1::uuid[])`,
      [imported.map(({ id }) => id)],
    );
    expect(counted).toEqual([{ versions: 20_000 }]);
  });
});
