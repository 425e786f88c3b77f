import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectRedis, parseRedisUrl } from '@mood/redis';
import { count } from '@mood/testing/counts';
import { untilDrained } from '@mood/testing/drained';
import { eventually } from '@mood/testing/eventually';
import { inBatches } from '@mood/testing/in-batches';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const models = count(2_000, 100);
const changesPerModel = 10;
const atATime = 20;
/** From the first change to the first end. */
const leadMs = count(60_000, 20_000);
/** The ends are spread over that time, so that what is measured is whether they are in time, and not what a machine does in a second. */
const spreadMs = count(60_000, 5_000);
/** At full counts as it is promised; among other tests a machine may be busy for a second. */
const latestMs = count(1_000, 2_000);
/** Before the first end, by so much, the reconciler looks whether the jobs are there. */
const patienceSeconds = count(15, 3);

let redis: RedisServer;
let stack: Stack;
let admin: string;
beforeAll(async () => {
  redis = await createRedisServer({ durability: 'never' });
  await redis.start();
  stack = await startStack({
    workers: 1,
    env: {
      REDIS_URL: redis.url,
      REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0',
      RECONCILE_PATIENCE_SECONDS: String(patienceSeconds),
      RECONCILE_EVERY_MS: String(count(5_000, 500)),
    },
  });
  admin = await stack.platform.token('admin');
});
afterAll(async () => {
  await stack?.stop();
  await redis?.remove();
});

async function setMood(modelId: string, expiresAt: Date): Promise<void> {
  const body = { moodState: 'negative', reason: 'A mood that ends.', expiresAt: expiresAt.toISOString() };
  const { status } = await stack.api.post(`/api/v1/admin/mood/${modelId}/update`, body, admin);
  expect(status).toBe(200);
}

const promised = async (where = '') => (await stack.database.query(`SELECT 1 FROM outbox WHERE kind = 'mood-expiry' ${where}`)).length;
const delayedJobs = async () => (await stack.queues()).queue('mood-expiry').getDelayedCount();

async function wipe(): Promise<void> {
  const connection = connectRedis(parseRedisUrl(redis.url), { name: 'wipe', maxRetriesPerRequest: 20, onError: () => {} });
  await connection.flushall();
  await connection.quit();
}

test(
  `${models} moods that end in 2100, changed ${changesPerModel} times each, are one promise each and no job`,
  async () => {
    const performers = await stack.platform.createPerformers(models);
    for (let turn = 0; turn < changesPerModel; turn += 1)
      await inBatches(performers, atATime, (modelId) => setMood(modelId, new Date(Date.UTC(2100, 0, 1 + turn))));
    await eventually(
      () => stack.database.query(`SELECT 1 FROM outbox WHERE kind <> 'mood-expiry' LIMIT 1`),
      (rows) => rows.length === 0,
      120_000,
    );
    expect(await promised()).toBe(models);
    expect(await promised('AND job_id IS NOT NULL')).toBe(0);
    expect(await delayedJobs()).toBe(0);
    await stack.database.query(`DELETE FROM outbox WHERE kind = 'mood-expiry'`);
  },
  count(900_000, 180_000),
);

test(
  `${models} moods that end soon are each reset once, within ${latestMs} ms, though Redis is wiped before`,
  async () => {
    const performers = await stack.platform.createPerformers(models);
    const firstEnd = Date.now() + leadMs;
    const ends = new Map(performers.map((modelId, index) => [modelId, new Date(firstEnd + Math.round((index * spreadMs) / models))]));
    await inBatches([...ends], atATime, ([modelId, end]) => setMood(modelId, end));
    await eventually(delayedJobs, (jobs) => jobs === models, leadMs / 2);
    await wipe();
    // In time for the look before the ends.
    expect(Date.now()).toBeLessThan(firstEnd - (patienceSeconds + 1) * 1_000);

    await pause(firstEnd - Date.now());
    const waitedBefore = waitedForProcessorMs(stack.pids);
    await untilDrained(stack, spreadMs + 60_000);
    const heldUpMs = waitedForProcessorMs(stack.pids) - waitedBefore;
    const resets = await stack.database.query<{ model_id: string; created_at: Date }>(
      `SELECT model_id, created_at FROM mood_transition_logs WHERE changed_by = 'system' AND model_id = ANY($1)`,
      [performers],
    );
    expect(new Set(resets.map(({ model_id }) => model_id)).size).toBe(models);
    expect(resets).toHaveLength(models);
    const late = resets.map(({ model_id, created_at }) => created_at.getTime() - (ends.get(model_id)?.getTime() ?? NaN));
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(latestMs + heldUpMs);
  },
  count(600_000, 180_000),
);
