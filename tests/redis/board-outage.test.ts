import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStopwatch } from '@mood/testing/processor-time';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let redis: RedisServer;
let stack: Stack;
let model: Model;
let admin: string;
beforeAll(async () => {
  redis = await createRedisServer();
  // Nothing answers there yet.
  stack = await startStack({ env: { REDIS_URL: redis.url } });
  model = await stack.createModel();
  admin = await stack.platform.token('admin');
});
afterAll(async () => {
  await stack?.stop();
  await redis?.remove();
});

async function askForQueues(): Promise<{ status: number; body: string; seconds: number }> {
  const elapsed = startStopwatch();
  const answer = await fetch(`${stack.api.url}/ops/queues/api/queues`, { headers: { authorization: `Bearer ${admin}` } });
  return { status: answer.status, body: await answer.text(), seconds: elapsed() / 1_000 };
}

const questions = (count: number) => Promise.all(Array.from({ length: count }, askForQueues));

describe('a queue store that does not answer', () => {
  test('keeps neither the API from starting nor the page from opening; its calls say so within seconds', async () => {
    const page = await fetch(`${stack.api.url}/ops/queues`, { headers: { authorization: `Bearer ${admin}` } });
    expect(page.status).toBe(200);
    for (const { status, body, seconds } of await questions(10)) {
      expect([status, JSON.parse(body).error]).toEqual([503, 'SYSTEM_ERROR']);
      expect(seconds).toBeLessThan(10);
      expect(body).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|redis/i);
    }
  });

  test('holds up no other request while the board waits for it', async () => {
    const board = { waits: true };
    const asked = questions(10).finally(() => {
      board.waits = false;
    });
    let answered = 0;
    while (board.waits) {
      const { status } = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
      expect(status).toBe(200);
      answered += 1;
    }
    await asked;
    expect(answered).toBeGreaterThan(20);
  });

  test('is found by the board when it is there, without a restart', async () => {
    await redis.start();
    const { body } = await eventually(askForQueues, ({ status }) => status === 200, 20_000);
    expect(JSON.parse(body).queues).toHaveLength(4);
  });

  test('does not hold up the API’s shutdown when it hangs', async () => {
    redis.pause();
    try {
      // Answered or cut off, as the shutdown comes.
      const asked = Promise.allSettled([askForQueues(), askForQueues(), askForQueues()]);
      const elapsed = startStopwatch();
      await stack.apiProcess.stop();
      expect(elapsed() / 1_000).toBeLessThan(20);
      expect(await stack.apiProcess.exited).toBe(0);
      await asked;
    } finally {
      redis.resume();
    }
  });
});
