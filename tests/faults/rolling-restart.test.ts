import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import type { ApiClient } from '@mood/testing/api-client';
import { count } from '@mood/testing/counts';
import { untilDrained } from '@mood/testing/drained';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { inBatches } from '@mood/testing/in-batches';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startRoundRobin } from './round-robin.ts';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const rounds = count(20, 1);
const clients = 6;
/** Between two rounds of requests of one of them. */
const restMs = 200;
/** Promises that may be open. On a busy host the workers, which give way to the API, fall behind what the clients ask for. */
const maxOpen = 150;
/** Longer than the load balancer takes to see that a process is not ready any more. */
const shutdownDelayMs = 2_000;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { SHUTDOWN_DELAY_MS: String(shutdownDelayMs), REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0' } });
});
afterAll(() => stack?.stop());

/** One process of a kind, that is replaced again and again. */
interface Place {
  entry: string;
  env: Record<string, string>;
  process: NodeProcess;
}

async function startPlace(entry: string, env: Record<string, string>): Promise<Place> {
  return { entry, env, process: await startNodeProcess(entry, env) };
}

/** As an orchestrator does: stop it, and start the new one in its place. @returns what the old one had to say. */
async function replace(place: Place): Promise<string> {
  place.process.kill('SIGTERM');
  expect(await place.process.exited).toBe(0);
  const said = place.process.output();
  place.process = await startNodeProcess(place.entry, place.env);
  return said;
}

/**
 * @returns the jobs that were taken over from a worker that left without them. On a host that gives processes no turn for seconds, connections
 * and locks run out and jobs change hands without anybody leaving: then the log tells of trouble with the store, and nothing follows from it.
 */
function leftBehind(log: string): string[] {
  if (log.includes('"msg":"queue store trouble"')) return [];
  const takenOver = log.split('\n').filter((line) => line.includes('"msg":"job is taken over'));
  return takenOver.map((line) => /"jobId":"([^"]+)"/.exec(line)?.[1] ?? line);
}

test(
  `two API processes and two workers that are replaced one after the other, ${rounds} times under load, fail nobody and lose nothing`,
  async () => {
    const { platform } = stack;
    const ports = [await freePort(), await freePort()];
    const apis = await Promise.all(ports.map((port) => startPlace('apps/api/src/main.ts', { ...stack.env, PORT: String(port) })));
    // At this level each job that lost its lock is told, not one a minute.
    const workers = await Promise.all([1, 2].map(() => startPlace('apps/worker/src/main.ts', { ...stack.env, LOG_LEVEL: 'debug' })));
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const clientOf = new Map<string, ApiClient>();
    for (const url of urls) clientOf.set(url, await createApiClient(url));
    const balancer = await startRoundRobin(urls);
    const api = () => clientOf.get(balancer.next()) ?? stack.api;

    const admin = await platform.token('admin');
    const service = await platform.token('service', undefined, { scope: 'auto-replies:write' });
    const [userId = ''] = await platform.createUsers();
    const models = await Promise.all(Array.from({ length: clients }, () => stack.createModel()));
    const over = new AbortController();
    const conversations: string[] = [];
    const failures: unknown[] = [];
    let requests = 0;

    async function attempt(what: string, request: () => Promise<{ status: number; body: unknown }>, expected: number): Promise<void> {
      requests += 1;
      try {
        const { status, body } = await request();
        if (status !== expected) failures.push({ what, status, body });
      } catch (error) {
        failures.push({ what, error: String(error), cause: String(Reflect.get(Object(error), 'cause')) });
      }
    }
    let open = 0;
    async function countOpen(): Promise<void> {
      for (; !over.signal.aborted; await pause(restMs)) {
        const [row] = await stack.database.query<{ open: number }>('SELECT count(*)::int AS open FROM outbox');
        open = row?.open ?? 0;
      }
    }
    const load = Promise.all([
      countOpen(),
      ...models.map(async (model, client) => {
        const mood = { moodState: 'positive', autoRespond: true, reason: 'A test of restarts.' };
        while (!over.signal.aborted) {
          if (open > maxOpen) {
            await pause(restMs);
            continue;
          }
          await attempt('update', () => api().post(`/api/v1/admin/mood/${model.id}/update`, mood, admin), 200);
          await attempt('read', () => api().get(`/api/v1/mood/${model.id}`, model.token), 200);
          const conversationId = randomUUID();
          const message = { messageId: randomUUID(), conversationId, modelId: model.id, userId, senderType: 'user', automated: false };
          const received = { ...message, receivedAt: new Date().toISOString() };
          await attempt('message', () => api().post('/api/v1/auto-replies', received, service), 202);
          conversations.push(conversationId);
          await pause(restMs + 10 * (client % 3));
        }
      }),
    ]);

    const said: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const place of [...apis, ...workers]) {
        said.push(await replace(place));
        // The next one goes only when this one is taken back.
        await eventually(
          async () => balancer.ready(),
          (ready) => ready === urls.length,
        );
      }
    }
    over.abort();
    await load;
    await balancer.stop();
    await untilDrained(stack, 120_000);

    expect(failures.slice(0, 5)).toEqual([]);
    expect(requests).toBeGreaterThan(rounds * 20);
    const sent = await inBatches(conversations, 20, async (id) => (await platform.automatedMessages(id)).length);
    expect(sent.filter((number) => number !== 1)).toEqual([]);
    for (const model of models) {
      const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=1`, model.token);
      const events = (await platform.events(model.id)).filter(({ eventType }) => eventType === 'mood_changed');
      expect([events.length, new Set(events.map(({ eventId }) => eventId)).size]).toEqual([body.total, body.total]);
    }
    for (const place of [...apis, ...workers]) {
      await place.process.stop();
      said.push(place.process.output());
    }
    expect(leftBehind(said.join('\n'))).toEqual([]);
  },
  rounds * 240_000 + 600_000,
);
