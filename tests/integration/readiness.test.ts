import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';
import { keepWal, walBetween, walPosition } from '@mood/testing/wal';

let stack: Stack;
const started: NodeProcess[] = [];

beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await Promise.all(started.map((child) => child.stop()));
  await stack.stop();
});

async function start(entry: string, env: Record<string, string> = {}) {
  const metricsPort = String(await freePort());
  const child = await startNodeProcess(entry, { ...stack.env, PORT: String(await freePort()), METRICS_PORT: metricsPort, ...env });
  started.push(child);
  const readyz = async () => (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status;
  const saysReady = () => child.output().includes('"msg":"ready"');
  return { child, readyz, saysReady };
}

describe('the line "ready"', () => {
  test.each(['apps/api/src/main.ts', 'apps/worker/src/main.ts'])('of %s comes when /readyz says so, and not before', async (entry) => {
    const { readyz, saysReady } = await start(entry);
    await eventually(async () => saysReady(), Boolean);
    expect(await readyz()).toBe(200);
  });

  test('does not come while the database is away; a line says that the API has started and is not ready', async () => {
    const { child, readyz, saysReady } = await start('apps/api/src/main.ts', {
      DATABASE_URL: `postgres://mood:long-enough-for-a-test@127.0.0.1:${await freePort()}/mood`,
    });
    await eventually(
      async () => child.output(),
      (output) => output.includes('started, and not ready yet'),
    );
    expect([await readyz(), saysReady()]).toEqual([503, false]);
  });
});

describe('an exercise', () => {
  const health = async () => (await stack.api.get('/health')).body;

  test('that calls of users run into is seen, and over a moment after it', async () => {
    const token = await stack.platform.token('user');
    await stack.platform.setFault('performers', 'error');
    expect((await stack.api.get(`/api/v1/mood/${randomUUID()}`, token)).headers.get('Mood-Degraded')).toBe('true');
    expect((await health()).checks.performerService).toEqual({ status: 'down', message: 'did not answer the last calls' });
    await stack.platform.setFault('performers', 'ok');
    await eventually(health, (body) => body.status === 'healthy');
  });
});

test('processes that have nothing to do ask the database for five statements a second each, at most', async () => {
  // The stack's API, and what this file has started.
  const asking = 1 + started.filter((child) => child.output().includes('"msg":"ready"')).length;
  const statements = async () => {
    const counted = 'SELECT (xact_commit + xact_rollback)::float8 AS all FROM pg_stat_database WHERE datname = current_database()';
    const [row] = await stack.database.query<{ all: number }>(counted);
    return { all: row?.all ?? NaN, at: performance.now() };
  };
  /** Of a second, in the mean of ten. */
  const rate = async () => {
    const before = await statements();
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const after = await statements();
    return ((after.all - before.all) * 1_000) / (after.at - before.at);
  };
  // At first they look more often.
  expect(await eventually(rate, (found) => found <= 5 * asking, 60_000)).toBeGreaterThan(0);
});

test('and write less than 50 MB a day into its log, all of them together', async () => {
  const [pageBytes, checkpointSeconds, daySeconds] = [8_192, 300, 86_400];
  /** Megabytes a day: what is written of rows, and each page that is written to once after each checkpoint. */
  const rate = async () => {
    const kept = await keepWal(stack.database);
    try {
      const [from, began] = [await walPosition(stack.database), performance.now()];
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const [until, seconds] = [await walPosition(stack.database), (performance.now() - began) / 1_000];
      const shares = await walBetween(stack.database, from, until);
      const tables = await stack.database.query<{ name: string }>(
        `SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)`,
      );
      const ours = shares.filter(({ of }) => tables.some(({ name }) => name === of));
      const sum = (part: 'bytes' | 'pageBytes' | 'pages') => ours.reduce((all, share) => all + share[part], 0);
      const perSecond = (sum('bytes') - sum('pageBytes')) / seconds + (sum('pages') * pageBytes) / checkpointSeconds;
      return (perSecond * daySeconds) / 1e6;
    } finally {
      await kept.release();
    }
  };
  const update = `UPDATE mood_flag_catalog SET revision = revision`;
  const updates = setInterval(() => void stack.database.query(update), 10);
  // So much is seen.
  const noisy = await rate().finally(() => clearInterval(updates));
  expect(noisy).toBeGreaterThan(50);
  expect(await eventually(rate, (found) => found <= 50, 90_000)).toBeLessThanOrEqual(50);
});
