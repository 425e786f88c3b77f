import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepSessionKeys } from './key-file.ts';
import { keepMasterKeys } from './master-keys.ts';
import { readRunFile, removeRunFile, writeRunFile } from '@mood/runtime';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mood-launcher-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const run = {
  pid: process.pid,
  startedAt: '2026-01-02T03:04:05.678Z',
  apiUrl: 'http://127.0.0.1:3000',
  sandboxUrl: 'http://127.0.0.1:4000',
  databaseUrl: 'postgres://mood:secret@127.0.0.1:5432/mood',
  logFolder: '/data/logs',
};
const modeOf = async (name: string) => (await stat(path.join(dataDir, name))).mode & 0o777;

test('the master key is made once, holds 32 bytes, and is for its owner only', async () => {
  const keys = await keepMasterKeys(dataDir, async () => undefined);
  expect(Buffer.from(keys.replace(/^k1:/, ''), 'base64')).toHaveLength(32);
  expect(await keepMasterKeys(dataDir, async () => 'There is an old database')).toBe(keys);
  expect(await readdir(dataDir)).toEqual(['audit-master-keys']);
  expect(await modeOf('audit-master-keys')).toBe(0o600);
});

test('a master key is never made beside a database that may need another', async () => {
  await expect(keepMasterKeys(dataDir, async () => 'There is an old database')).rejects.toMatchObject({
    name: 'LaunchError',
    message: expect.stringMatching(
      /^There is an old database, and the file of its audit master keys, \S+, is not there\. Put it back, or set AUDIT_MASTER_KEYS/,
    ),
  });
  expect(await readdir(dataDir)).toEqual([]);
});

test('the keys of sessions are made once, and are for their owner only', async () => {
  const keys = await keepSessionKeys(dataDir);
  expect(Buffer.from(keys.replace(/^k1:/, ''), 'base64')).toHaveLength(32);
  expect(await keepSessionKeys(dataDir)).toBe(keys);
  expect(await modeOf('session-keys')).toBe(0o600);
});

test('a running system can be found, and its password is for its owner only', async () => {
  await writeRunFile(dataDir, run);
  expect(await readRunFile(dataDir)).toEqual(run);
  expect(await modeOf('run.json')).toBe(0o600);
  await removeRunFile(dataDir);
  expect(await readRunFile(dataDir)).toBeUndefined();
});

test('a system that was killed is not taken for a running one', async () => {
  await writeRunFile(dataDir, { ...run, pid: 4_194_303 });
  expect(await readRunFile(dataDir)).toBeUndefined();
});

test('a run file that is broken is not taken for one', async () => {
  await writeFile(path.join(dataDir, 'run.json'), '{"pid":');
  expect(await readRunFile(dataDir)).toBeUndefined();
});
