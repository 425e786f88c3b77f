import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabaseUnderTest } from './database.fixture.ts';
import type { DatabaseUnderTest } from './database.fixture.ts';
import { toJson } from './json.ts';
import { statement } from './statement.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

interface Values {
  text: string | null;
  at: Date | null;
  bytes: Buffer | null;
  number: number | null;
  yes: boolean | null;
}

const columns = sql`(text text, at timestamptz, bytes bytea, number integer, yes boolean)`;
const read = statement(
  'read-json',
  { values: 'json' },
  (_, { values }) => sql<Values>`SELECT * FROM json_to_recordset(${values}) AS r ${columns}`,
);
const readPlain = statement(
  'read-plain',
  { text: 'text', at: 'timestamptz', bytes: 'bytea' },
  (_, { text, at, bytes }) => sql<Pick<Values, 'text' | 'at' | 'bytes'>>`SELECT ${text} AS text, ${at} AS at, ${bytes} AS bytes`,
);

const none: Values = { text: null, at: null, bytes: null, number: null, yes: null };

test.each<Values>([
  none,
  { ...none, text: '', number: 0, yes: false },
  {
    text: 'NULL "{,}\\ \n \u2028 it\'s 😀 \u0001',
    at: new Date('2026-03-02T01:02:03.456Z'),
    bytes: Buffer.from([0, 1, 92, 255]),
    number: -7,
    yes: true,
  },
  { ...none, at: new Date('0000-01-01T00:00:00Z'), bytes: Buffer.alloc(0) },
  { ...none, at: new Date('0000-12-31T23:59:59.999Z') },
  { ...none, at: new Date('0001-01-01T00:00:00Z') },
  { ...none, at: new Date('9999-12-31T23:59:59.999Z') },
])('values arrive as they were: %j', async (values) => {
  expect(await read.run(opened.database.query, { values: toJson([values]) })).toEqual([values]);
});

test.each(['\ud83d', 'a\ude00b', '\ude00\ud83d'])('half a character arrives as it does in a parameter of its own: %j', async (text) => {
  const [plain] = await readPlain.run(opened.database.query, { text, at: new Date(0), bytes: Buffer.alloc(1) });
  const [row] = await read.run(opened.database.query, { values: toJson([{ ...none, text }]) });
  expect(plain?.text).toContain('\ufffd');
  expect(row?.text).toBe(plain?.text);
});

// Nothing that comes in may hold it: see the schemas of the contract, and what is checked about texts.
test('the character 0, which PostgreSQL cannot store, is refused, as in a parameter of its own', async () => {
  const text = 'a\u0000b';
  await expect(read.run(opened.database.query, { values: toJson([{ ...none, text }]) })).rejects.toMatchObject({ code: '22P05' });
  await expect(readPlain.run(opened.database.query, { text, at: new Date(0), bytes: Buffer.alloc(1) })).rejects.toMatchObject({
    code: '22021',
  });
});
