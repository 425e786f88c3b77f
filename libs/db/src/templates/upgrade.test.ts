import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@mood/runtime';
import { administer, databaseUrl, testServerUrl } from '@mood/testing/database';
import { connectForTest } from '../database.fixture.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { draftUnderTest } from './template-draft.fixture.ts';
import { createTemplateStore } from './template-store.ts';
import { createTemplateCatalog } from './template-catalog.ts';

const name = `upgrade_${randomUUID().replaceAll('-', '')}`;
const url = databaseUrl(testServerUrl(), name);
let database: Database;

beforeEach(async () => {
  await administer(testServerUrl(), `CREATE DATABASE ${name}`);
  database = connectForTest(url);
});
afterEach(async () => {
  await database.close();
  await administer(testServerUrl(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

test('a database of the version before keeps its templates and their versions, and goes on from there', async () => {
  await database.orm.migrator.up({ to: 'Migration20260101000002_auto_reply_functions' });
  const id = randomUUID();
  await database.query(
    {
      name: 'old-template',
      text: `WITH made AS (
          INSERT INTO mood_messaging_templates (id, mood_state, template_type, content) VALUES ($1, 'positive', 'greeting', 'old')
          RETURNING *)
        INSERT INTO mood_template_versions (template_id, version, mood_state, template_type, content, priority, active)
        SELECT id, version, mood_state, template_type, content, priority, active FROM made`,
    },
    [id],
  );
  await migrate({ databaseUrl: url });

  const store = createTemplateStore(database);
  const [template, ...others] = await store.all();
  expect(others).toEqual([]);
  expect(template).toMatchObject({ id, content: 'old', locale: null, experiment: null, weight: 1, version: 1 });
  const catalog = createTemplateCatalog(database, { logger: createLogger({ name: 'upgrade-test', level: 'silent' }) });
  const place = { moodState: 'positive', templateType: 'greeting', tierLevel: null, locale: null } as const;
  expect((await catalog.current()).at(place).map((one) => one.template.id)).toEqual([id]);
  await store.update(id, draftUnderTest({ content: 'new' }), 1, { changedBy: null, reason: null });
  const rolledBack = await store.rollBack(id, 1, { changedBy: null, reason: null });
  expect(rolledBack).toMatchObject({ content: 'old', weight: 1, version: 3 });
  expect(await store.versions(id, { limit: 5, offset: 0 })).toMatchObject({ total: 3 });
});
