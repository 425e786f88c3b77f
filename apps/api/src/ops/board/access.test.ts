import { describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import type { AuthEnv } from '../../auth/guards.ts';
import { requireSameOrigin } from './access.ts';

const app = new Hono<AuthEnv>().all('*', requireSameOrigin, (c) => c.body(null, 204)).onError((error, c) => c.text(error.message, 403));

const statusOf = async (method: string, headers: Record<string, string>) =>
  (await app.request('http://ops.example:3000/ops/queues', { method, headers: { host: 'ops.example:3000', ...headers } })).status;

describe('a change', () => {
  test.each<[string, Record<string, string>]>([
    ['the page itself asked for it', { 'sec-fetch-site': 'same-origin' }],
    ['its origin is this host, from a browser that says no more', { origin: 'http://ops.example:3000' }],
    ['its origin is this host behind a proxy that speaks HTTPS', { origin: 'https://ops.example:3000' }],
    ['it shows a token itself, as no page of another site can', { authorization: 'Bearer a.b.c' }],
  ])('is let through when %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect([method, await statusOf(method, headers)]).toEqual([method, 204]);
  });

  test.each<[string, Record<string, string>]>([
    ['another site asked for it', { 'sec-fetch-site': 'cross-site', origin: 'http://ops.example:3000' }],
    ['another host of the same site did', { 'sec-fetch-site': 'same-site' }],
    ['nothing says where it comes from', {}],
    ['nobody on a page asked for it', { 'sec-fetch-site': 'none' }],
    ['its origin is hidden', { origin: 'null' }],
    ['its origin is another port', { origin: 'http://ops.example:4000' }],
    ['its origin only begins alike', { origin: 'http://ops.example:3000.evil.example' }],
    ['its origin names us as a user of another host', { origin: 'http://ops.example:3000@evil.example' }],
  ])('is refused when %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect([method, await statusOf(method, headers)]).toEqual([method, 403]);
  });
});

test('whoever only looks may come from anywhere', async () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(await statusOf(method, { 'sec-fetch-site': 'cross-site' })).toBe(204);
});
