import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createWordFinder } from '../run/find-words.ts';
import { inspectRunLogs } from '../run/inspect-run-logs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mood-run-logs-'));
  await writeFile(path.join(folder, 'told.jsonl'), `${JSON.stringify('A "quoted" message')}\n${JSON.stringify('203.0.113.9')}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const findingsIn = async (line: string) => {
  await writeFile(path.join(folder, 'api-1.log'), `{"msg":"ready"}\n${line}\n`);
  return inspectRunLogs(folder).findings.map(({ what }) => what);
};

test.each([
  ['{"msg":"request","authorization":"eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0abc.sig"}', 'a token'],
  ['{"msg":"calling","headers":"Bearer 0123456789abcdef0"}', 'a token'],
  ['{"msg":"change","text":"A \\"quoted\\" message"}', 'A "quoted" message'],
  ['{"msg":"request","client":"203.0.113.9"}', '203.0.113.9'],
  ['{"msg":"reply","to":"Ada Ash"}', 'Ada Ash'],
  ['{"level":"fatal","msg":"the database is gone"}', 'an unexpected error'],
  ['{"level":"error","err":{},"msg":"unhandled rejection"}', 'an unexpected error'],
  ['Uncaught TypeError: moods is not iterable', 'an unexpected error'],
  ['node:internal/process/promises:394', 'an unexpected error'],
])('the look through a run’s logs finds what must not be there: %s', async (line, what) => {
  expect(await findingsIn(line)).toEqual([what]);
});

test('the look through a run’s logs finds nothing in ordinary lines', async () => {
  expect(await findingsIn('{"level":"info","msg":"request","route":"/api/v1/mood/:modelId","status":200}')).toEqual([]);
});

test('a fatal line is none in the log of a process that ended before it was ready', async () => {
  expect(await findingsIn('{"level":"fatal","msg":"PORT is taken"}\n"ended before it was ready"')).toEqual([]);
});

test.each([
  ['at the beginning, in the middle and at the end', 'abc and bcd', ['abc', 'bcd']],
  ['one in another', 'xabcdx', ['abc', 'bcd', 'abcd']],
  ['as it stands in JSON', 'say \\"hi\\"', ['"hi"']],
  ['as long as the text', 'abc', ['abc']],
  ['nowhere', 'ab c bc d', []],
  ['in nothing', '', []],
])('of many words those are found that a text holds: %s', (_where, text, found) => {
  const find = createWordFinder(['abc', 'bcd', 'abcd', '"hi"', 'abcde']);
  expect(find(text).toSorted()).toEqual(found.toSorted());
});

test('of ten thousand words those are found that a long text holds', () => {
  const words = Array.from({ length: 10_000 }, (_, n) => `word number ${n};`);
  const text = Array.from({ length: 10_000 }, (_, n) => (n % 100 === 0 ? words[n] : `${n} is no word`)).join(' ');
  expect(createWordFinder(words)(text)).toEqual(words.filter((_, n) => n % 100 === 0));
});

test('no words are found nowhere', () => {
  expect(createWordFinder([])('abc')).toEqual([]);
});
