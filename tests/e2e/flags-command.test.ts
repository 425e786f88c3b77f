import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileCache } from '@mood/testing/compile-cache';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';

const root = path.resolve(import.meta.dirname, '../..');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** `npm run flags -- …` */
function flags(args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const environment = { PATH: process.env['PATH'], ...compileCache, DATABASE_URL: database.url, ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, ['apps/cli/src/flags.ts', ...args], { cwd: root, env: environment }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('sets a flag, shows how it is set, and does not overwrite what somebody else has set', async () => {
  const id = 'a0000000-0000-4000-8000-000000000001';
  const set = await flags(['set', 'moods.updates', '10%', '--ids', id, '--roles', 'admin', '--reason', 'A tenth first']);
  expect([set.code, set.err]).toEqual([0, '']);
  expect(set.out).toMatch(new RegExp(`^moods\\.updates: 10%, ids ${id}, roles admin \\(version 1, .*, by an operator: A tenth first; `));
  const listed = await flags(['list']);
  expect([listed.code, listed.out.split('\n')]).toEqual([
    0,
    expect.arrayContaining([set.out.trim(), expect.stringMatching(/^panel\.queues: on \(never set; of panel, ends /)]),
  ]);
  const stale = await flags(['set', 'moods.updates', 'off', '--expected-version', '0', '--reason', 'Too late']);
  expect([stale.code, stale.err]).toEqual([1, expect.stringContaining('version 1 is current')]);
  const rows = await database.query('SELECT key, version, reason, changed_by FROM mood_flag_changes');
  expect(rows).toEqual([{ key: 'moods.updates', version: 1, reason: 'A tenth first', changed_by: null }]);
});

test.each([
  [['set'], /Say which flag\. Use one of: moods\.updates, /],
  [['set', 'moods.updates', 'off'], /--reason/],
  [['set', 'moods.updates', '101%', '--reason', 'too much'], /percentage/],
  [['set', 'moods.updates', 'maybe', '--reason', 'unsure'], /on, off, or a percentage/],
  [['set', 'moods.nothing', 'off', '--reason', 'a typo'], /There is no flag "moods\.nothing"/],
  [['set', 'moods.updates', 'off', '--ids', 'me', '--reason', 'no id'], /ids/],
  [['list', 'all'], /takes nothing else/],
  [[], /list or set/],
])('does not understand %j', async (args, problem) => {
  const { code, err } = await flags(args);
  expect([code, err.split('\n')[0]]).toEqual([2, expect.stringMatching(problem)]);
});

test('refuses to set flags that another provider keeps', async () => {
  const { code, err } = await flags(['set', 'moods.updates', 'off', '--reason', 'In vain'], { FLAGS_PROVIDER: '@platform/flags' });
  expect([code, err]).toEqual([1, expect.stringContaining('FLAGS_PROVIDER')]);
});
