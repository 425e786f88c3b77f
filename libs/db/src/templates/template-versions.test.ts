import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TemplateStore } from '@mood/domain';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { draftUnderTest } from './template-draft.fixture.ts';
import { createTemplateStore } from './template-store.ts';

let opened: DatabaseUnderTest;
let store: TemplateStore;
let id: string;
const admin = randomUUID();

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  store = createTemplateStore(opened.database);
});
beforeEach(async () => {
  ({ id } = await store.create(draftUnderTest(), { changedBy: admin, reason: 'made for the test' }));
});
afterAll(() => opened.close());

async function revisions() {
  const { rows } = await opened.sql.query<{ catalog: number; template: number }>(
    `SELECT c.revision::int AS catalog, t.revision::int AS template FROM mood_template_catalog c, mood_messaging_templates t WHERE t.id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the template is gone');
  return row;
}

describe('a change by hand, past all of our code', () => {
  test('is a version like any other, and by nobody we know of', async () => {
    await opened.sql.query(`UPDATE mood_messaging_templates SET content = 'by hand' WHERE id = $1`, [id]);
    expect(await store.find(id)).toMatchObject({ content: 'by hand', version: 2 });
    expect(await store.findVersion(id, 2)).toMatchObject({ content: 'by hand', changedBy: null, reason: null });
    expect(await store.findVersion(id, 1)).toMatchObject({ changedBy: admin, reason: 'made for the test' });
  });

  test('does not get the name and the reason of the last change on the same connection', async () => {
    await opened.database.query({ name: 'change-by-hand', text: `UPDATE mood_messaging_templates SET priority = 1 WHERE id = $1` }, [id]);
    expect(await store.findVersion(id, 2)).toMatchObject({ priority: 1, changedBy: null, reason: null });
  });

  test('cannot forge the version, the id, or who made it and when', async () => {
    const before = await store.find(id);
    await opened.sql.query(
      `UPDATE mood_messaging_templates SET id = uuidv7(), version = 99, created_by = NULL, created_at = '2001-01-01', revision = 0 WHERE id = $1`,
      [id],
    );
    expect(await store.find(id)).toMatchObject({ version: 2, createdBy: admin, createdAt: before?.createdAt });
    const { rows } = await opened.sql.query(
      `INSERT INTO mood_messaging_templates (mood_state, template_type, content, version) VALUES ('neutral', 'greeting', 'x', 42) RETURNING version`,
    );
    expect(rows).toEqual([{ version: 1 }]);
  });

  test('raises the revision of the catalog, and the template carries it', async () => {
    const before = await revisions();
    await opened.sql.query(`UPDATE mood_messaging_templates SET priority = 3 WHERE id = $1`, [id]);
    const after = await revisions();
    expect(after.catalog).toBeGreaterThan(before.catalog);
    expect(after.template).toBe(after.catalog);
  });

  test('that is rolled back leaves no version', async () => {
    await opened.sql.query(`BEGIN`);
    await opened.sql.query(`UPDATE mood_messaging_templates SET priority = 3 WHERE id = $1`, [id]);
    await opened.sql.query(`ROLLBACK`);
    expect(await store.versions(id, { limit: 5, offset: 0 })).toMatchObject({ total: 1 });
  });

  test.each([0, 1_001])('cannot give a variant the weight %d', async (weight) => {
    await expect(opened.sql.query(`UPDATE mood_messaging_templates SET weight = $2 WHERE id = $1`, [id, weight])).rejects.toMatchObject({
      code: '23514',
    });
  });
});

describe('what has been is not altered', () => {
  test.each([
    `UPDATE mood_template_versions SET content = 'forged'`,
    `DELETE FROM mood_template_versions`,
    `TRUNCATE mood_template_versions`,
    `DELETE FROM mood_messaging_templates`,
    `TRUNCATE mood_messaging_templates CASCADE`,
  ])('even the owner of the database is refused: %s', async (statement) => {
    const counts = `SELECT (SELECT count(*) FROM mood_messaging_templates) AS templates, (SELECT count(*) FROM mood_template_versions) AS versions`;
    const before = (await opened.sql.query(counts)).rows;
    await expect(opened.sql.query(statement)).rejects.toMatchObject({ code: '42501' });
    expect((await opened.sql.query(counts)).rows).toEqual(before);
  });
});
