import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectRedis, parseRedisUrl } from '@mood/redis';
import { count } from '@mood/testing/counts';
import { untilDrained } from '@mood/testing/drained';
import { inBatches } from '@mood/testing/in-batches';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const wipes = 10;
const moods = count(2_000, 300);
const replies = count(2_000, 300);
/** While the wipes go on, moods expire and replies fall due. */
const spreadMs = count(60_000, 20_000);
const atATime = 20;
const latestExpiryMs = 30_000;

let redis: RedisServer;
let stack: Stack;
beforeAll(async () => {
  // Without a file on disk: what is killed forgets everything.
  redis = await createRedisServer({ durability: 'never' });
  await redis.start();
  stack = await startStack({ workers: 2, env: { REDIS_URL: redis.url, REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0' } });
});
afterAll(async () => {
  await stack?.stop();
  await redis?.remove();
});

async function flush(): Promise<void> {
  const connection = connectRedis(parseRedisUrl(redis.url), { name: 'wipe', maxRetriesPerRequest: 20, onError: () => {} });
  await connection.flushall();
  await connection.quit();
}

async function wipe(round: number): Promise<void> {
  if (round % 2 === 0) return flush();
  await redis.kill();
  await redis.start();
}

test(
  `${wipes} wipes of Redis lose none of ${moods} expiries and ${replies} automatic replies, and double none`,
  async () => {
    const { api, platform, database } = stack;
    const admin = await platform.token('admin');
    const service = await platform.token('service', undefined, { scope: 'auto-replies:write' });
    const [userId = ''] = await platform.createUsers();
    const replying = await Promise.all(Array.from({ length: 10 }, () => stack.createModel()));
    for (const [index, model] of replying.entries()) {
      const mood = { moodState: 'positive', autoRespond: true, responseDelay: Math.round((index * spreadMs) / 10_000) };
      expect((await api.post('/api/v1/mood/update', mood, model.token)).status).toBe(200);
    }
    const expiring = await platform.createPerformers(moods);
    const conversations = Array.from({ length: replies }, () => randomUUID());

    const wiping = (async () => {
      for (let round = 0; round < wipes; round += 1) {
        await pause((spreadMs / wipes) * (0.5 + Math.random()));
        await wipe(round);
      }
    })();
    const waitedBefore = waitedForProcessorMs(stack.pids);
    const began = Date.now();
    const ends = new Map<string, number>();
    await Promise.all([
      inBatches(expiring, atATime, async (modelId, index) => {
        const end = Math.max(began + (index * spreadMs) / moods, Date.now() + 5_000);
        ends.set(modelId, end);
        const body = { moodState: 'negative', reason: 'A mood that ends.', expiresAt: new Date(end).toISOString() };
        expect((await api.post(`/api/v1/admin/mood/${modelId}/update`, body, admin)).status).toBe(200);
      }),
      inBatches(conversations, atATime, async (conversationId, index) => {
        const message = {
          messageId: randomUUID(),
          conversationId,
          modelId: replying[index % replying.length]?.id ?? '',
          userId,
          receivedAt: new Date().toISOString(),
          senderType: 'user',
          automated: false,
        };
        expect((await api.post('/api/v1/auto-replies', message, service)).body.status).toBe('scheduled');
      }),
    ]);
    await wiping;
    await untilDrained(stack, spreadMs + 120_000);
    const heldUpMs = waitedForProcessorMs(stack.pids) - waitedBefore;

    const sent = await inBatches(conversations, atATime, async (id) => (await platform.automatedMessages(id)).length);
    expect(sent.filter((number) => number !== 1)).toEqual([]);
    const told = await inBatches(expiring, atATime, async (id) => (await platform.notifications(id)).map(({ type }) => type).sort());
    expect(told.filter((types) => types.join() !== 'mood_expired,mood_overridden')).toEqual([]);
    const resets = await database.query<{ model_id: string; created_at: Date }>(
      `SELECT model_id, created_at FROM mood_transition_logs WHERE changed_by = 'system'`,
    );
    expect(resets).toHaveLength(moods);
    const lateness = resets.map(({ model_id, created_at }) => created_at.getTime() - (ends.get(model_id) ?? NaN));
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(latestExpiryMs + Math.min(heldUpMs, latestExpiryMs));
  },
  count(600_000, 300_000),
);
