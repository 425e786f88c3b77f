import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import { z } from 'zod';
import { eventually } from '@mood/testing/eventually';
import { createServiceClient } from './service-client.ts';
import { startTinyServer } from '@mood/testing/tiny-server';
import type { TinyServer } from '@mood/testing/tiny-server';

let server: TinyServer;
beforeAll(async () => {
  server = await startTinyServer();
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const shape = z.object({ name: z.string() });
const open = (timeoutMs = 2_000) => createServiceClient({ service: 'test service', baseUrl: server.url, timeoutMs });
const person = { method: 'GET', path: ['people', '1'] } as const;
const note = { method: 'POST', path: ['notes'], json: {} } as const;
const answerWith = (...statuses: number[]) =>
  server.answer((response) =>
    response.writeHead(statuses.length > 1 ? (statuses.shift() ?? 200) : (statuses[0] ?? 200)).end('{"name":"Sophia"}'),
  );

describe('a service that is asked', () => {
  test('is asked a second time when it failed, and a third time not', async () => {
    answerWith(503, 200);
    expect(await open().ask(person, shape)).toEqual({ name: 'Sophia' });
    expect(server.seen).toHaveLength(2);
    answerWith(500);
    await expect(open().ask(person, shape)).rejects.toThrow(DependencyUnavailable);
    expect(server.seen).toHaveLength(4);
  });

  test('is not asked again when it refused, or took all its time', async () => {
    answerWith(403);
    const refused = { name: 'DependencyUnavailable', cause: { name: 'RefusedByService', message: expect.stringContaining('403') } };
    await expect(open().ask(person, shape)).rejects.toMatchObject(refused);
    expect(server.seen).toHaveLength(1);
    server.answer(() => {});
    await expect(open(100).ask(person, shape)).rejects.toThrow(DependencyUnavailable);
    expect(server.seen).toHaveLength(2);
  });
});

test('what a service is told is told once: the job that tells it repeats it', async () => {
  answerWith(503);
  await expect(open().tell(note)).rejects.toThrow(DependencyUnavailable);
  expect(server.seen).toHaveLength(1);
});

describe('a service that fails five times in a row', () => {
  test('is left alone: calls fail at once and do not reach it; after a second one call tries, and all go on', async () => {
    const client = open();
    answerWith(500);
    for (let n = 0; n < 5; n += 1) await expect(client.tell(note)).rejects.toThrow(DependencyUnavailable);
    answerWith(200);
    for (let n = 0; n < 50; n += 1) await expect(client.ask(person, shape)).rejects.toThrow(DependencyUnavailable);
    expect(server.seen).toHaveLength(5);
    await pause(1_100);
    expect(await client.ask(person, shape)).toEqual({ name: 'Sophia' });
    expect(await Promise.all([client.ask(person, shape), client.tell(note)])).toHaveLength(2);
    expect(server.seen).toHaveLength(8);
  });

  test('is told what a job has to tell it as soon as it answers again: the job waits, and has lost no attempt', async () => {
    const client = open();
    answerWith(500);
    for (let n = 0; n < 5; n += 1) await expect(client.tell(note)).rejects.toThrow(DependencyUnavailable);
    answerWith(200);
    expect(await Promise.all(Array.from({ length: 10 }, () => client.tell(note)))).toHaveLength(10);
    expect(server.seen).toHaveLength(15);
  });

  test('keeps a job waiting for two seconds at most', async () => {
    const client = open();
    answerWith(500);
    for (let n = 0; n < 5; n += 1) await expect(client.tell(note)).rejects.toThrow(DependencyUnavailable);
    const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => client.tell(note)));
    expect(attempts.every(({ status }) => status === 'rejected')).toBe(true);
    expect(server.seen.length).toBeLessThan(10);
  });

  test('is not held to have failed when it refuses', async () => {
    const client = open();
    answerWith(400);
    for (let n = 0; n < 20; n += 1) await expect(client.tell(note)).rejects.toThrow(RefusedByService);
    expect(server.seen).toHaveLength(20);
  });

  test('does not take another one with it', async () => {
    const [failing, other] = [open(), open()];
    answerWith(500);
    for (let n = 0; n < 6; n += 1) await expect(failing.tell(note)).rejects.toThrow(DependencyUnavailable);
    answerWith(200);
    await expect(other.tell(note)).resolves.toBeUndefined();
    expect(await other.ask(person, shape)).toEqual({ name: 'Sophia' });
  });
});

describe('questions to a service', () => {
  test('are bounded in number: so many are under way, so many wait, and the rest fails at once', async () => {
    const held: (() => void)[] = [];
    server.answer((response) => held.push(() => response.end('{"name":"Sophia"}')));
    const client = createServiceClient({ service: 'test service', baseUrl: server.url, timeoutMs: 10_000, maxAsked: 3, maxWaiting: 2 });
    const asked = Array.from({ length: 5 }, () => client.ask(person, shape));
    await Promise.all(
      Array.from({ length: 20 }, () => expect(client.ask(person, shape)).rejects.toMatchObject({ name: 'DependencyUnavailable' })),
    );
    await eventually(
      async () => held.length,
      (count) => count === 3,
    );
    // Whoever waits gets a turn when an answer has come, and what failed for want of room has not made the service one that is down.
    for (let answered = 0; answered < 5; answered++) {
      await eventually(
        async () => held.length,
        (count) => count > 0,
      );
      held.shift()?.();
    }
    expect(await Promise.all(asked)).toHaveLength(5);
    expect(server.seen).toHaveLength(5);
  });
});
