import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { draftOf } from '@mood/domain';
import type { Template, TemplateDraft, TemplateFilter, TemplateStore } from '@mood/domain';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { bySystem, draftUnderTest } from './template-draft.fixture.ts';
import { createTemplateStore } from './template-store.ts';

let opened: DatabaseUnderTest;
let store: TemplateStore;
const admin = randomUUID();
const change = { changedBy: admin, reason: 'friendlier' };

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  store = createTemplateStore(opened.database);
});
afterAll(() => opened.close());

const everything: TemplateDraft = {
  moodState: 'negative',
  templateType: 'tip_thank_you',
  tierLevel: 'gold',
  content: 'Thanks {{userName|you}} for {{amount}}, {{userName|you}}',
  priority: -5,
  active: false,
  locale: 'fr-CA',
  experiment: 'warmth',
  weight: 250,
};

/** Edits until nobody was faster. */
async function edit(id: string, content: string, on: TemplateStore): Promise<void> {
  for (;;) {
    const current = await on.find(id);
    if (current === null) throw new Error('the template is gone');
    const result = await on.update(id, draftUnderTest({ content }), current.version, { changedBy: null, reason: content });
    if (result.kind === 'changed') return;
    expect(result).toMatchObject({ kind: 'stale' });
  }
}

describe('a template', () => {
  test('is stored with every field, as version 1, and so is that version', async () => {
    const created = await store.create(everything, change);
    expect(created).toMatchObject({ ...everything, version: 1, createdBy: admin });
    expect(await store.find(created.id)).toEqual(created);
    expect(await store.findVersion(created.id, 1)).toMatchObject({ ...everything, ...change, templateId: created.id, version: 1 });
    const { rows } = await opened.sql.query(`SELECT variables FROM mood_messaging_templates WHERE id = $1`, [created.id]);
    expect(rows).toEqual([{ variables: ['userName', 'amount'] }]);
  });

  test('keeps who made it and when, and its variables follow its text', async () => {
    const created = await store.create(draftUnderTest(), change);
    const other = randomUUID();
    const result = await store.update(created.id, everything, 1, { changedBy: other, reason: null });
    expect(result).toMatchObject({
      kind: 'changed',
      template: { ...everything, version: 2, createdBy: admin, createdAt: created.createdAt },
    });
    expect(await store.findVersion(created.id, 2)).toMatchObject({ ...everything, changedBy: other, reason: null });
    const { rows } = await opened.sql.query(`SELECT variables FROM mood_messaging_templates WHERE id = $1`, [created.id]);
    expect(rows).toEqual([{ variables: ['userName', 'amount'] }]);
  });

  test('that somebody changed since is not written over', async () => {
    const { id } = await store.create(draftUnderTest(), bySystem);
    await store.update(id, draftUnderTest({ content: 'first' }), 1, bySystem);
    expect(await store.update(id, draftUnderTest({ content: 'second' }), 1, bySystem)).toEqual({ kind: 'stale', currentVersion: 2 });
    expect(await store.find(id)).toMatchObject({ content: 'first', version: 2 });
    expect(await store.update(id, draftUnderTest({ content: 'whatever is there' }), null, bySystem)).toMatchObject({ kind: 'changed' });
  });

  test('that does not exist is neither found nor changed nor rolled back', async () => {
    const id = randomUUID();
    expect(await store.find(id)).toBeNull();
    expect(await store.update(id, draftUnderTest(), 1, bySystem)).toEqual({ kind: 'not_found' });
    expect(await store.update(id, draftUnderTest(), null, bySystem)).toEqual({ kind: 'not_found' });
    expect(await store.rollBack(id, 1, bySystem)).toBeNull();
    expect(await store.versions(id, { limit: 10, offset: 0 })).toBeNull();
    expect(await store.findVersion(id, 1)).toBeNull();
  });
});

describe('a hundred administrators at once', () => {
  test('lose no edit: each is a version, in a chain without gaps, with the reason that its author gave', async () => {
    const { id } = await store.create(draftUnderTest({ content: 'edit 0' }), bySystem);
    const stores = [store, ...Array.from({ length: 3 }, () => createTemplateStore(opened.connectAnother()))];
    const contents = Array.from({ length: 100 }, (_, n) => `edit ${n + 1}`);
    await Promise.all(contents.map((content, n) => edit(id, content, stores[n % stores.length] ?? store)));

    const found = await store.versions(id, { limit: 200, offset: 0 });
    expect(found?.total).toBe(101);
    expect(found?.versions.map(({ version }) => version)).toEqual(Array.from({ length: 101 }, (_, n) => 101 - n));
    const edits = found?.versions.slice(0, -1) ?? [];
    expect(edits.map(({ content }) => content).sort()).toEqual(contents.toSorted());
    expect(edits.every(({ content, reason }) => content === reason)).toBe(true);
    expect(await store.find(id)).toMatchObject({ version: 101, content: edits[0]?.content });
  });

  test('of whom all edited the same version: one is heard', async () => {
    const { id } = await store.create(draftUnderTest(), bySystem);
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) => store.update(id, draftUnderTest({ content: `from ${n}` }), 1, bySystem)),
    );
    expect(results.filter(({ kind }) => kind === 'changed')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'stale')).toHaveLength(99);
    expect(await store.versions(id, { limit: 1, offset: 0 })).toMatchObject({ total: 2 });
  });

  test('who do not say which version they edited come one after the other', async () => {
    const { id } = await store.create(draftUnderTest(), bySystem);
    await Promise.all(Array.from({ length: 100 }, (_, n) => store.update(id, draftUnderTest({ content: `${n}` }), null, bySystem)));
    const found = await store.versions(id, { limit: 200, offset: 0 });
    expect(new Set(found?.versions.map(({ content }) => content)).size).toBe(101);
    expect(found?.total).toBe(101);
  });
});

describe('rolling back', () => {
  test('to any version appends one that equals it in every field', async () => {
    const drafts = [draftUnderTest(), everything, draftUnderTest({ content: 'Hé, {{modelName}} 😊', locale: 'de', weight: 3 })];
    const { id } = await store.create(draftUnderTest({ content: 'the beginning' }), bySystem);
    for (const draft of drafts) await store.update(id, draft, null, bySystem);
    for (const [nth, draft] of drafts.entries()) {
      const rolledBack = await store.rollBack(id, nth + 2, { changedBy: admin, reason: `back to ${nth + 2}` });
      expect(rolledBack).toMatchObject({ id, ...draft, version: 5 + nth });
      expect(await store.findVersion(id, 5 + nth)).toMatchObject({ ...draft, changedBy: admin, reason: `back to ${nth + 2}` });
    }
    expect(await store.rollBack(id, 1, bySystem)).toMatchObject({ content: 'the beginning', version: 8 });
    const { rows } = await opened.sql.query(`SELECT variables FROM mood_messaging_templates WHERE id = $1`, [id]);
    expect(rows).toEqual([{ variables: [] }]);
  });

  test('to a version that never was changes nothing', async () => {
    const { id } = await store.create(draftUnderTest(), bySystem);
    expect(await store.rollBack(id, 2, bySystem)).toBeNull();
    expect(await store.rollBack(id, 0, bySystem)).toBeNull();
    expect(await store.find(id)).toMatchObject({ version: 1 });
  });
});

describe('lists', () => {
  const created: Template[] = [];
  beforeAll(async () => {
    for (const overrides of [
      { tierLevel: 'gold', locale: 'en' },
      { tierLevel: null, locale: 'en', active: false },
      { tierLevel: 'gold', locale: null, experiment: 'one' },
      { tierLevel: null, locale: null, experiment: 'two' },
    ] as const) {
      created.unshift(
        await store.create(draftUnderTest({ moodState: 'neutral', templateType: 'farewell', priority: 7_777, ...overrides }), bySystem),
      );
    }
  });

  const listed = async (filter: TemplateFilter) => {
    const { templates, total } = await store.list(filter, { limit: 1_000, offset: 0 });
    expect(total).toBe(templates.length);
    return templates.filter(({ priority }) => priority === 7_777).map(({ id }) => created.findIndex((one) => one.id === id));
  };

  test.each<[TemplateFilter, number[]]>([
    [{}, [0, 1, 2, 3]],
    [{ tierLevel: undefined, locale: undefined }, [0, 1, 2, 3]],
    [{ tierLevel: null }, [0, 2]],
    [{ tierLevel: 'gold' }, [1, 3]],
    [{ locale: null }, [0, 1]],
    [{ locale: 'en' }, [2, 3]],
    [{ locale: 'en', tierLevel: null }, [2]],
    [{ active: false }, [2]],
    [{ active: true, locale: 'en' }, [3]],
    [{ experiment: 'two' }, [0]],
    [{ moodState: 'neutral', templateType: 'farewell' }, [0, 1, 2, 3]],
    [{ moodState: 'positive' }, []],
    [{ templateType: 'greeting' }, []],
  ])('filtered by %j hold what fits, newest first', async (filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });

  test('come in pages that join without a gap, and say how many there are also after the last', async () => {
    const whole = await store.list({}, { limit: 1_000, offset: 0 });
    const paged: Template[] = [];
    for (let offset = 0; offset < whole.total; offset += 3) {
      const page = await store.list({}, { limit: 3, offset });
      expect(page.total).toBe(whole.total);
      paged.push(...page.templates);
    }
    expect(paged).toEqual(whole.templates);
    expect(await store.list({}, { limit: 3, offset: 5_000 })).toEqual({ templates: [], total: whole.total, nextCursor: null });
    expect(await store.list({ experiment: 'nobody' }, { limit: 3, offset: 0 })).toEqual({ templates: [], total: 0, nextCursor: null });
  });

  test('come in pages after a cursor, which what is added meanwhile does not shift', async () => {
    const { templates: expected } = await store.list({}, { limit: 1_000, offset: 0 });
    const paged: Template[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await store.list({}, { limit: 3, offset: 0, cursor });
      paged.push(...page.templates);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
      if (paged.length === 3) await store.create(draftUnderTest({ experiment: 'added-meanwhile' }), bySystem);
    }
    expect(paged).toEqual(expected);
    await expect(store.list({}, { limit: 3, offset: 0, cursor: 'made up' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  test('of everything begin with the oldest; candidates are of one mood and type, active or not', async () => {
    const all = await store.all();
    const { templates, total } = await store.list({}, { limit: 1_000, offset: 0 });
    expect(all).toHaveLength(total);
    expect(all.toReversed()).toEqual(templates);
    const candidates = await store.candidates('neutral', 'farewell');
    expect(new Set(candidates.map(({ id }) => id))).toEqual(
      new Set(all.filter((one) => one.moodState === 'neutral' && one.templateType === 'farewell').map(({ id }) => id)),
    );
    expect(candidates.some(({ active }) => !active)).toBe(true);
  });

  test('of versions begin with the newest, in pages that know the total', async () => {
    const { id } = await store.create(draftUnderTest(), bySystem);
    for (let n = 2; n <= 5; n++) await store.update(id, draftUnderTest({ priority: n }), null, bySystem);
    const page = await store.versions(id, { limit: 2, offset: 1 });
    expect(page?.total).toBe(5);
    expect(page?.versions.map((one) => [one.version, draftOf(one).priority])).toEqual([
      [4, 4],
      [3, 3],
    ]);
    expect(await store.versions(id, { limit: 2, offset: 5 })).toEqual({ versions: [], total: 5 });
  });
});
