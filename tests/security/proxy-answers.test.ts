import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { requireCommand } from '@mood/testing/find-command';
import { freePort } from '@mood/testing/free-port';
import { proxyConfiguration } from '../deployment/proxy-configuration.ts';

let folder: string;
let proxy: ChildProcess;
let url: string;
/** Says of an API that it is ready. */
let checks: Server;
/** An API that takes requests and goes away. */
let api: Server;

const listen = async (server: Server, port: number) => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
};
const close = (server: Server) => new Promise((resolve) => server.close(resolve));

beforeAll(async () => {
  const [port, apiPort, opsPort] = [await freePort(), await freePort(), await freePort()];
  folder = await mkdtemp(path.join(tmpdir(), 'mood-proxy-answers-'));
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(file, proxyConfiguration(port, [{ port: apiPort, opsPort }]));
  checks = createHttpServer((_request, response) => response.setHeader('Connection', 'close').end('{}'));
  api = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy()));
  await listen(checks, opsPort);
  await listen(api, apiPort);
  proxy = spawn(requireCommand('haproxy'), ['-db', '-f', file], { stdio: 'ignore', env: { FRONT_PROXY: '127.0.0.2' } });
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  proxy?.kill('SIGKILL');
  await Promise.all([checks, api].filter((server) => server?.listening).map(close));
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** As every answer of the API has them. */
const headersOfAll = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

async function expectOurForm(status: number): Promise<Headers> {
  const answer = await eventually(
    () => fetch(`${url}/api/v1/moods`, { method: 'POST', body: '{}' }).catch(() => undefined),
    (seen) => seen?.status === status,
    30_000,
  );
  expect(await answer?.json()).toEqual({ error: 'SYSTEM_ERROR', message: expect.stringMatching(/^[A-Z].*\.$/) });
  const headers = answer?.headers ?? new Headers();
  for (const [name, value] of Object.entries(headersOfAll)) expect([name, headers.get(name)]).toEqual([name, value]);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  return headers;
}

test('an answer that got lost between API and proxy is told in the form of all others', async () => {
  await expectOurForm(502);
});

test('that no API is there is told in the form of all others, with the time to come again', async () => {
  await Promise.all([close(checks), close(api)]);
  expect(Number((await expectOurForm(503)).get('retry-after'))).toBeGreaterThan(0);
});
