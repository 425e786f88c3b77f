import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServiceHealth } from './service-health.ts';

let server: Server;
let url: string;
let asked: string[] = [];
let status = 200;
let now = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
beforeEach(() => {
  [asked, status, now] = [[], 200, 10_000];
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const open = () => createServiceHealth('users', url, () => now);
const down = { status: 'down' };

test('a service that nobody called is asked, by its name', async () => {
  expect(await open().probe()).toMatchObject({ status: 'healthy', latencyMs: expect.any(Number) });
  expect(asked).toEqual(['/health?service=users']);
});

test.each([404, 401, 302])('%d is the answer of a service that works', async (code) => {
  status = code;
  expect(await open().probe()).toMatchObject({ status: 'healthy' });
});

test('one that answers 500 is down', async () => {
  status = 500;
  expect(await open().probe()).toMatchObject(down);
});

test('one that has just answered a call is not asked; a second later it is', async () => {
  const health = open();
  health.onOutcome(true);
  now += 999;
  expect(await health.probe()).toEqual({ status: 'healthy' });
  expect(asked).toEqual([]);
  now += 1;
  await health.probe();
  expect(asked).toHaveLength(1);
});

test('one whose calls fail is down, whatever it says of itself, for three seconds or until a call is answered', async () => {
  const health = open();
  health.onOutcome(false);
  now += 2_999;
  expect(await health.probe()).toMatchObject(down);
  expect(asked).toEqual([]);
  now += 1;
  expect(await health.probe()).toMatchObject({ status: 'healthy' });
  health.onOutcome(false);
  now += 1;
  health.onOutcome(true);
  expect(await health.probe()).toEqual({ status: 'healthy' });
});

test('a call that fails beside others that are answered does not make it down', async () => {
  const health = open();
  health.onOutcome(true);
  now += 1;
  health.onOutcome(false);
  expect(await health.probe()).toEqual({ status: 'healthy' });
});
