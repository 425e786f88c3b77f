import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@mood/testing/eventually';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import { endServersBelow, isAlive } from './leftovers.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mood-leftovers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

test('a PostgreSQL that a test left behind in the folder of its run is ended, also one that is stopped; others are left alone', async () => {
  const [left, other] = ['run/some/test/postgres', 'other'].map((name) =>
    createEmbeddedPostgres({ dataDir: path.join(folder, name), settings: { fsync: 'off' } }),
  );
  await Promise.all([left?.start(), other?.start()]);
  const pidIn = async (name: string) => Number((await readFile(path.join(folder, name, 'data/postmaster.pid'), 'utf8')).split('\n')[0]);
  const [pid, otherPid] = [await pidIn('run/some/test/postgres'), await pidIn('other')];
  try {
    process.kill(pid, 'SIGSTOP');
    await endServersBelow(path.join(folder, 'run'));
    // Whoever adopted it takes note of its end when it likes.
    await until(() => !isAlive(pid));
    expect(isAlive(otherPid)).toBe(true);
    await endServersBelow(path.join(folder, 'run'));
  } finally {
    await Promise.all([left?.stop('immediate'), other?.stop('immediate')]);
  }
});
