import { describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';
import { admitClients, countingAnonymous } from './client.ts';
import { answerNotFound, createErrorHandler } from './errors.ts';
import { createMemoryLimit } from './request-limit.ts';
import { routedPath } from '../panel/routed-path.ts';

const allowed = 2;

/** @returns the statuses of one request more than nobody who is signed in may send. */
/** The one session that there is. */
const session = 'mood=sealed';

async function statusesOf(path: string, headers: Record<string, string>): Promise<number[]> {
  const limits = { anonymous: createMemoryLimit(allowed), perAddress: createMemoryLimit(0) };
  const app = new Hono<AuthEnv>({ getPath: routedPath });
  app.use(admitClients([], limits, async (c) => c.req.header('cookie') === session));
  for (const known of ['/api/*', '/ops/*', '/panel/*', '/docs', '/']) app.get(known, (c) => c.text('here'));
  app.notFound(countingAnonymous(limits, answerNotFound));
  app.onError(createErrorHandler(createCapturedLog().logger));
  const statuses: number[] = [];
  for (let sent = 0; sent <= allowed; sent += 1) statuses.push((await app.request(path, { headers })).status);
  return statuses;
}

describe('the limit of those who are not signed in', () => {
  test.each<[string, Record<string, string>]>([
    ['/api/v1/moods', {}],
    ['/api/v1/moods', { cookie: 'a=b' }],
    ['/api/v1/moods', { cookie: '' }],
    ['/api/v1/moods', { cookie: session }],
    ['/ops/queues', {}],
    ['/ops/queues', { cookie: 'a=b' }],
    ['/ops/queues/api/queues', { cookie: 'mood=made-up' }],
    ['/ops/queues2', { cookie: session }],
    ['/panel/', {}],
    ['/panel/', { authorization: 'Bearer a.b.c' }],
    ['/panel/sign-in', { cookie: 'mood=made-up' }],
    ['/panel/api/session', { authorization: 'Bearer a.b.c' }],
    ['/panel/api/v1/moods', { authorization: 'Bearer a.b.c' }],
    ['/panel/api/v1/moods', { cookie: 'mood=made-up' }],
    ['/panel2', { cookie: session }],
    ['/docs', { authorization: 'Bearer a.b.c' }],
    ['/', { authorization: 'Bearer a.b.c' }],
    ['/nowhere', { authorization: 'Bearer a.b.c' }],
  ])('counts %s with %j', async (path, headers) => {
    expect((await statusesOf(path, headers)).at(-1)).toBe(429);
  });

  test.each<[string, Record<string, string>]>([
    ['/api/v1/moods', { authorization: 'Bearer a.b.c' }],
    ['/ops/queues', { authorization: 'Bearer a.b.c' }],
    ['/ops/queues', { cookie: session }],
    ['/ops/queues/api/queues', { cookie: session }],
    ['/panel/', { cookie: session }],
    ['/panel/assets/index.js', { cookie: session }],
    ['/panel/api/v1/moods', { cookie: session }],
  ])('leaves %s with %j to the guards', async (path, headers) => {
    expect(await statusesOf(path, headers)).toEqual([200, 200, 200]);
  });
});
