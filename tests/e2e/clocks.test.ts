import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import type { ApiClient } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { transitionsOf } from '@mood/testing/transitions';

/** How wrong the clocks of hosts are, in milliseconds. */
const shifts = [0, 5_000, -5_000, 25_000];

let stack: Stack;
let metricsUrl: string;
const replicas: { shiftMs: number; api: ApiClient; process: NodeProcess }[] = [];

beforeAll(async () => {
  const metricsPort = await freePort();
  metricsUrl = `http://127.0.0.1:${metricsPort}`;
  stack = await startStack({ env: { METRICS_PORT: String(metricsPort) } });
  const start = async (shiftMs: number) => {
    const port = String(await freePort());
    const env = {
      ...stack.env,
      PORT: port,
      METRICS_PORT: String(await freePort()),
      CLOCK_SHIFT_MS: String(shiftMs),
      NODE_OPTIONS: '--import @mood/testing/shifted-clock',
    };
    const started = await startNodeProcess('apps/api/src/main.ts', env);
    return { shiftMs, api: await createApiClient(`http://127.0.0.1:${port}`), process: started };
  };
  replicas.push(...(await Promise.all(shifts.map(start))));
  // Six processes start, on a machine that may be busy.
});
afterAll(async () => {
  await Promise.all(replicas.map(({ process }) => process.stop()));
  await stack.stop();
});

async function databaseNow(): Promise<number> {
  const [row] = await stack.database.query<{ ms: number }>(`SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms`);
  return row?.ms ?? NaN;
}

const set = (api: ApiClient, model: Model, expiresAt: number) =>
  api.post('/api/v1/mood/update', { moodState: 'positive', expiresAt: new Date(expiresAt).toISOString() }, model.token);

describe('hosts whose clocks are wrong', () => {
  test('really are: the health page shows the time of the host', async () => {
    for (const { shiftMs, api } of replicas) {
      const { body } = await api.get('/health');
      expect(Math.abs(Date.parse(body.timestamp) - Date.now() - shiftMs)).toBeLessThan(2_500);
    }
  });

  test('agree on when a mood ends: by the database’s clock', async () => {
    const model = await stack.createModel();
    const [first] = replicas;
    if (first === undefined) throw new Error('no replica');
    const end = (await databaseNow()) + 3_000;
    expect((await set(first.api, model, end)).status).toBe(200);
    const readings: { api: number; askedAt: number; answeredAt: number; moodState: string }[] = [];
    while ((await databaseNow()) < end + 1_500) {
      for (const [index, { api }] of replicas.entries()) {
        const askedAt = Date.now();
        const { body } = await api.get(`/api/v1/mood/${model.id}`, model.token);
        readings.push({ api: index, askedAt, answeredAt: Date.now(), moodState: body.moodState });
      }
    }
    // The database of the test is on this host. What is asked within a quarter of a second of the end may go either way.
    const slack = 250;
    const wrong = readings.filter(
      ({ askedAt, answeredAt, moodState }) =>
        (answeredAt < end - slack && moodState !== 'positive') || (askedAt > end + slack && moodState !== 'neutral'),
    );
    expect(wrong).toEqual([]);
    for (const index of replicas.keys()) expect(new Set(readings.filter(({ api }) => api === index).map((r) => r.moodState)).size).toBe(2);
  });

  test.each([
    [-86_400_000, false],
    [-10_000, false],
    [-2_000, false],
    [-1, false],
    [4_000, true],
    [20_000, true],
    [86_400_000, true],
  ])('all take an end that is %d ms away as the database does: %s', async (awayMs, isTaken) => {
    for (const { api } of replicas) {
      const model = await stack.createModel();
      const { status, body } = await set(api, model, (await databaseNow()) + awayMs);
      expect([status, body.error]).toEqual(isTaken ? [200, undefined] : [400, 'INVALID_EXPIRES_AT']);
      if (isTaken) expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.parse(body.lastUpdated));
    }
  });

  test('tell the same of what is left of an hour', async () => {
    for (const { api } of replicas) {
      const model = await stack.createModel();
      const { headers } = await set(api, model, (await databaseNow()) + 60_000);
      expect(Number(/t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])).toBeGreaterThanOrEqual(3_598);
      expect(Number(/t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])).toBeLessThanOrEqual(3_600);
    }
  });
});

describe('a mood that ended while no worker ran', () => {
  test('ended when it ended, in history and analytics, and was recorded when a worker came', async () => {
    const model = await stack.createModel();
    const end = Math.trunc(await databaseNow()) + 1_500;
    expect((await set(stack.api, model, end)).status).toBe(200);
    await pause(end - (await databaseNow()) + 2_500);
    const worker = await startNodeProcess('apps/worker/src/main.ts', { ...stack.env, METRICS_PORT: String(await freePort()) });
    const [reset] = await eventually(
      () => transitionsOf(stack, model),
      (transitions) => transitions.length === 2,
      30_000,
    );
    expect(reset).toMatchObject({ moodState: 'neutral', changedAt: new Date(end).toISOString() });
    expect(Date.parse(reset?.recordedAt ?? '') - end).toBeGreaterThanOrEqual(2_000);
    const [event] = await eventually(
      async () => (await stack.platform.events(model.id)).filter(({ changedBy }) => changedBy === 'system'),
      (found) => found.length > 0,
      30_000,
    );
    expect(event).toMatchObject({ timestamp: reset?.changedAt, recordedAt: reset?.recordedAt });
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
    expect(body.lastUpdated).toBe(reset?.changedAt);
    await worker.stop();
  });

  test('is counted as reset by the change that comes next, also when that is refused', async () => {
    const resets = async () => (await scrape(metricsUrl)).value('mood_changes_total', { changed_by: 'system', mood_state: 'neutral' });
    const before = (await resets()) ?? NaN;
    for (const later of [60_000, -60_000]) {
      const model = await stack.createModel();
      const end = Math.trunc(await databaseNow()) + 1_500;
      expect((await set(stack.api, model, end)).status).toBe(200);
      await pause(end - (await databaseNow()) + 100);
      expect((await set(stack.api, model, (await databaseNow()) + later)).status).toBe(later > 0 ? 200 : 400);
      expect((await transitionsOf(stack, model)).filter(({ changedBy }) => changedBy === 'system')).toHaveLength(1);
    }
    expect(await resets()).toBe(before + 2);
  });
});
