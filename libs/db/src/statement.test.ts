import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabaseUnderTest } from './database.fixture.ts';
import type { DatabaseUnderTest } from './database.fixture.ts';
import { anyOf, statement } from './statement.ts';

describe('a statement', () => {
  test('has a place for each parameter, in the order of their declaration, however often and where it stands', () => {
    const found = statement('one', { modelId: 'uuid', before: 'timestamptz | null', texts: 'text[]' }, (db, { modelId, before, texts }) =>
      db
        .selectFrom('model_mood_states')
        .select('version')
        .where('custom_message', '=', anyOf(texts))
        .where('model_id', '=', modelId)
        .where(sql<boolean>`(${before} IS NULL OR updated_at < ${before})`),
    );
    expect(found.name).toBe('one');
    expect(found.text).toBe(
      'select "version" from "model_mood_states" where "custom_message" = ANY($3::text[]) and "model_id" = $1::uuid and ($2::timestamptz IS NULL OR updated_at < $2::timestamptz)',
    );
  });

  test('has what is known beforehand in its text, safely', () => {
    const { text } = statement('two', {}, (db) =>
      db.selectFrom('outbox').select('id').where('kind', 'in', ['mood-changed', 'auto-reply']).where('queue', '=', `it's`).limit(3),
    );
    expect(text).toBe(`select "id" from "outbox" where "kind" in ('mood-changed', 'auto-reply') and "queue" = 'it''s' limit 3`);
  });

  test('does not compile with a table, a column, a parameter or a value that is not there', () => {
    // @ts-expect-error -- No such table.
    expect(statement('three', {}, (db) => db.selectFrom('moods').selectAll()).text).toContain('"moods"');
    // @ts-expect-error -- No such column.
    expect(statement('four', {}, (db) => db.selectFrom('outbox').select('ident')).text).toContain('"ident"');
    // @ts-expect-error -- No such type of a parameter.
    expect(statement('five', { id: 'uid' }, (db) => db.selectFrom('outbox').select('id')).text).toContain('"id"');
    // @ts-expect-error -- No such kind of promise.
    expect(statement('six', {}, (db) => db.selectFrom('outbox').select('id').where('kind', '=', 'reply')).text).toContain('reply');
  });
});

describe('its rows', () => {
  let opened: DatabaseUnderTest;
  beforeAll(async () => {
    opened = await openDatabaseUnderTest();
  });
  afterAll(() => opened.close());

  test('have the types of the columns, with null where a join may find nothing, also in a transaction', async () => {
    const id = 'a0000000-0000-4000-8000-000000000001';
    const register = statement('register', { id: 'uuid' }, (db, { id }) => db.insertInto('performers').values({ id }));
    const find = statement('find', { id: 'uuid' }, (db, { id }) =>
      db
        .selectFrom('performers as p')
        .leftJoin('model_mood_states as s', 's.model_id', 'p.id')
        .select(['p.created_at', 's.version'])
        .where('p.id', '=', id),
    );
    expect(await register.run(opened.database.query, { id })).toEqual([]);
    const [row] = await opened.database.transaction((query) => find.run(query, { id }));
    const createdAt: Date | undefined = row?.created_at;
    const version: number | null | undefined = row?.version;
    expect(createdAt).toBeInstanceOf(Date);
    expect(version).toBeNull();
    // @ts-expect-error -- What is missing is null.
    const wrong: number | undefined = row?.version;
    expect(wrong).toBeNull();
    // @ts-expect-error -- A parameter of another name.
    await expect(find.run(opened.database.query, { ident: id })).resolves.toEqual([]);
  });
});
