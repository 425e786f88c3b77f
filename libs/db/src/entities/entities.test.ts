import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { entities } from './index.ts';

let opened: DatabaseUnderTest;
let orm: MikroORM;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  orm = new MikroORM({
    clientUrl: opened.url,
    entities: [...entities],
    schemaGenerator: {
      // The queue's, the migrator's, and one of the platform's that no statement of ours reads.
      ignoreSchema: ['bullmq'],
      skipTables: ['mood_migrations', 'users'],
      ignoreTriggers: true,
      ignoreRoutines: true,
      ignorePolicies: true,
    },
  });
});
afterAll(async () => {
  await orm.close(true);
  await opened.close();
});

/** What MikroORM would do to the database. Indexes and constraints that sql/ alone speaks of are no difference. */
async function differences(): Promise<string[]> {
  const lines = (await orm.schema.getUpdateSchemaSQL()).split('\n');
  return lines.filter((line) => !/^$|^set names |^drop index "\w+";$|^alter table "\w+" drop constraint "\w+";$/.test(line));
}

test('entities and database have the same tables, columns, types, defaults and values of enumerations', async () => {
  expect(await differences()).toEqual([]);
});

test('every kind of difference is seen', async () => {
  await opened.sql.query(`
    CREATE TABLE another (id uuid PRIMARY KEY);
    DROP TABLE mood_template_usage;
    ALTER TABLE auto_replies ADD another text;
    ALTER TABLE outbox RENAME checks TO another;
    ALTER TABLE outbox ALTER queue TYPE integer USING 1;
    ALTER TABLE outbox ALTER job_id SET NOT NULL;
    ALTER TABLE outbox ALTER generation SET DEFAULT 1;
    ALTER TABLE model_mood_states ALTER custom_message TYPE varchar(300);
    ALTER TABLE auto_replies DROP CONSTRAINT auto_replies_status_check;
    ALTER TABLE auto_replies ADD CONSTRAINT auto_replies_status_check CHECK (status IN ('pending', 'lost'))`);
  const found = (await differences()).join('\n');
  for (const words of [
    'drop table if exists "another"',
    'create table "mood_template_usage"',
    'drop column "another"',
    'rename column "another" to "checks"',
    'alter column "queue" type text',
    'alter column "job_id" drop not null',
    'alter column "generation" set default 0',
    'alter column "custom_message" type varchar(200)',
    'add constraint "auto_replies_status_check"',
  ])
    expect(found).toContain(words);
});
