import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { getRequest, openRawConnection } from '@mood/testing/raw-connection';
import type { RawConnection } from '@mood/testing/raw-connection';
import { productionFlags } from '@mood/testing/production-flags';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const [downloads, pipeliners, pipelined] = [120, 2, 150];
const allowedGrowthMiB = 100;
/** How long, in milliseconds, the clients do nothing, while the process could collect answers. */
const watchMs = 1_000;

let stack: Stack;
let api: NodeProcess;
let url: string;
let admin: string;
let model: { id: string; token: string };
const open: RawConnection[] = [];

beforeAll(async () => {
  stack = await startStack();
  const flags = productionFlags('apps/api/src/main.ts');
  expect(flags).toContainEqual(expect.stringMatching(/^--max-old-space-size=/));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  api = await startNodeProcess(
    'apps/api/src/main.ts',
    { ...stack.env, PORT: String(port), LOG_LEVEL: 'warn', ANONYMOUS_REQUESTS_PER_MINUTE_PER_IP: '0' },
    flags,
  );
  admin = await stack.platform.token('admin');
  model = await stack.createModel();
  const content = 'Welcome back, it is good to see you here again tonight! '.repeat(30);
  for (let i = 0; i < 100; i++) {
    const draft = { moodState: 'neutral', templateType: 'greeting', content: `${i} ${content}`, active: false };
    const { status } = await fetch(`${url}/api/v1/admin/mood/template`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}` },
      body: JSON.stringify(draft),
    });
    expect(status).toBe(200);
  }
});
afterEach(async () => {
  for (const { socket } of open) socket.destroy();
  await Promise.all(open.map(({ closed }) => closed));
  open.length = 0;
});
afterAll(async () => {
  await api?.stop();
  await stack?.stop();
});

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${api.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

/** The most that the process took while nobody did anything. */
async function peakMiB(): Promise<number> {
  const end = Date.now() + watchMs;
  let peak = 0;
  while (Date.now() < end) {
    peak = Math.max(peak, await residentMiB());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return peak;
}

async function openAll(count: number): Promise<RawConnection[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => openRawConnection(url)));
  open.push(...connections);
  return connections;
}

/** Routes whose answers are constant, large, made for the caller, refused, or not there. */
const routes: [name: string, path: () => string, headers: () => Record<string, string>][] = [
  ['the OpenAPI document', () => '/openapi.json', () => ({})],
  ['the OpenAPI document, compressed', () => '/openapi.json', () => ({ 'Accept-Encoding': 'br, gzip' })],
  ['the reference page', () => '/docs', () => ({})],
  ['the script of the reference', () => scriptOfTheReference, () => ({})],
  ['the largest file of the queue board', () => scriptOfTheBoard, () => ({ Authorization: `Bearer ${admin}` })],
  ['the queue board', () => '/ops/queues', () => ({ Authorization: `Bearer ${admin}` })],
  ['the sign-out page', () => '/panel/sign-out', () => ({})],
  ['all templates', () => '/api/v1/admin/mood/templates?limit=1000', () => ({ Authorization: `Bearer ${admin}` })],
  ['the export of templates', () => '/api/v1/admin/mood/templates/export', () => ({ Authorization: `Bearer ${admin}` })],
  ['a mood', () => `/api/v1/mood/${model.id}`, () => ({ Authorization: `Bearer ${model.token}` })],
  ['a history', () => `/api/v1/mood/${model.id}/history?limit=100`, () => ({ Authorization: `Bearer ${model.token}` })],
  ['a refusal without a token', () => `/api/v1/mood/${model.id}`, () => ({})],
  ['a refusal of a bad token', () => `/api/v1/mood/${model.id}`, () => ({ Authorization: 'Bearer no-token' })],
  ['a path that is not there', () => '/nowhere', () => ({})],
  ['the health', () => '/health', () => ({})],
  ['the liveness', () => '/livez', () => ({})],
];

let scriptOfTheReference = '';
let scriptOfTheBoard = '';
beforeAll(async () => {
  const page = await (await fetch(`${url}/docs`)).text();
  scriptOfTheReference = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '';
  const board = await (await fetch(`${url}/ops/queues`, { headers: { authorization: `Bearer ${admin}` } })).text();
  const names = Array.from(board.matchAll(/src="([^"]+\.js)"/g), ([, name = '']) => name);
  scriptOfTheBoard = `/ops/queues/${names.at(-1)?.replace(/^\.?\//, '')}`;
  for (const [, path, headers] of routes) {
    const { status } = await fetch(url + path(), { headers: headers() });
    expect([path(), [200, 401, 404].includes(status)]).toEqual([path(), true]);
  }
});

describe('answers that nobody reads', () => {
  test.each(routes)(`%s: ${downloads} downloads at once take no memory to speak of`, async (_, path, headers) => {
    const before = await residentMiB();
    for (const connection of await openAll(downloads)) connection.send(getRequest(path(), headers()));
    expect((await peakMiB()) - before).toBeLessThan(allowedGrowthMiB);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  test.each(routes)(
    `%s: ${pipelined} requests sent at once on each of ${pipeliners} connections take none either`,
    async (_, path, headers) => {
      const before = await residentMiB();
      for (const connection of await openAll(pipeliners)) connection.send(getRequest(path(), headers()).repeat(pipelined));
      expect((await peakMiB()) - before).toBeLessThan(allowedGrowthMiB);
      expect((await fetch(`${url}/livez`)).status).toBe(200);
    },
  );
});
