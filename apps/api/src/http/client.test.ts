import { describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';
import { admitClients, countingAnonymous } from './client.ts';
import { answerNotFound, createErrorHandler } from './errors.ts';
import { createMemoryLimit } from './request-limit.ts';

const allowed = 2;

/** @returns the statuses of one request more than nobody who is signed in may send. */
async function statusesOf(path: string, headers: Record<string, string>): Promise<number[]> {
  const limits = { anonymous: createMemoryLimit(allowed), perAddress: createMemoryLimit(0) };
  const app = new Hono<AuthEnv>();
  app.use(admitClients([], limits));
  for (const known of ['/api/*', '/ops/*', '/docs', '/']) app.get(known, (c) => c.text('here'));
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
    ['/api/v1/moods', { cookie: 'mood_ops=a.b.c' }],
    ['/api/v1/moods', { cookie: '__Host-mood_ops=a.b.c' }],
    ['/ops/queues', {}],
    ['/ops/queues', { cookie: 'a=b' }],
    ['/ops/queues/api/queues', { cookie: 'xmood_ops=a.b.c' }],
    ['/ops/queues2', { cookie: 'mood_ops=a.b.c' }],
    ['/ops/login', { cookie: 'mood_ops=a.b.c', authorization: 'Bearer a.b.c' }],
    ['/docs', { authorization: 'Bearer a.b.c' }],
    ['/', { authorization: 'Bearer a.b.c' }],
    ['/nowhere', { authorization: 'Bearer a.b.c' }],
  ])('counts %s with %j', async (path, headers) => {
    expect((await statusesOf(path, headers)).at(-1)).toBe(429);
  });

  test.each<[string, Record<string, string>]>([
    ['/api/v1/moods', { authorization: 'Bearer a.b.c' }],
    ['/ops/queues', { authorization: 'Bearer a.b.c' }],
    ['/ops/queues', { cookie: 'mood_ops=a.b.c' }],
    ['/ops/queues/api/queues', { cookie: 'other=1; __Host-mood_ops=a.b.c' }],
  ])('leaves %s with %j to the guards', async (path, headers) => {
    expect(await statusesOf(path, headers)).toEqual([200, 200, 200]);
  });
});
