import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { ANONYMOUS_REQUESTS_PER_MINUTE_PER_IP: '0' } });
});
afterAll(() => stack?.stop());

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'];
const anId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

/** `fetch` refuses to send TRACE. */
async function send(method: string, path: string): Promise<{ status: number; allow: string | undefined; type: string; body: string }> {
  const { hostname, port } = new URL(stack.api.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => {
        const { allow, 'content-type': type = '' } = answer.headers;
        resolve({ status: answer.statusCode ?? 0, allow, type, body });
      });
    });
    outgoing.once('error', reject).end();
  });
}

test('every path of the API is 405 for a method that it does not have, and names those that it has', async () => {
  const document: { paths: Record<string, object> } = JSON.parse((await send('GET', '/openapi.json')).body);
  const known: [string, string[]][] = Object.entries(document.paths).map(([path, operations]) => [
    path.replaceAll(/\{\w+\}/g, anId),
    Object.keys(operations).map((method) => method.toUpperCase()),
  ]);
  const others: [string, string[]][] = [
    ['/openapi.json', ['GET']],
    ['/docs', ['GET']],
    ['/panel/sign-in', ['GET']],
    ['/panel/sign-out', ['GET', 'POST']],
    ['/panel/api/session', ['GET']],
  ];
  expect(known.length).toBeGreaterThan(10);
  for (const [path, own] of [...known, ...others]) {
    const allowed = [...own, ...(own.includes('GET') ? ['HEAD'] : [])].sort();
    for (const method of methods) {
      const { status, allow, type, body } = await send(method, path);
      if (allowed.includes(method)) {
        expect([method, path, status, allow]).not.toEqual([method, path, 405, expect.anything()]);
        continue;
      }
      expect([method, path, status, allow]).toEqual([method, path, 405, allowed.join(', ')]);
      expect([method, path, type]).toEqual([method, path, 'application/json']);
      if (method !== 'HEAD') expect(JSON.parse(body)).toEqual({ error: 'INVALID_REQUEST', message: expect.stringContaining(path) });
    }
  }
});

test('a path that there is not is 404 for every method', async () => {
  for (const path of ['/nothing', '/api/v1', '/api/v1/mood', '/api/v2/moods', `/api/v1/mood/${anId}/more`, '/LIVEZ']) {
    for (const method of methods) expect([method, path, (await send(method, path)).status]).toEqual([method, path, 404]);
  }
});
