import { describe, expect, test } from '@jest/globals';
import { DomainError, RateLimitExceeded } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import { Registry } from 'prom-client';
import type { Metric } from 'prom-client';
import { NotAuthenticated, NotPermitted } from '../auth/errors.ts';
import type { AuthEnv } from '../auth/guards.ts';
import { createErrorHandler } from '../http/errors.ts';
import { createApiMetrics } from './metrics.ts';

/** An API whose every answer took so many milliseconds. */
function createAppUnderTest(milliseconds = 10) {
  const registry = new Registry();
  const { watch } = createApiMetrics(registry);
  const app = new Hono<AuthEnv>();
  app.use(async (c, next) => {
    await next();
    watch(c, milliseconds);
  });
  app.get('/mood/:modelId', (c) => c.json({}));
  app.put('/mood', (c) => c.json({}));
  app.on(['GET', 'POST'], '/expired', () => {
    throw new NotAuthenticated('expired', 'The token has expired.');
  });
  app.on(['GET', 'POST'], '/forbidden', () => {
    throw new NotPermitted('Only models can.');
  });
  app.on(['GET', 'POST'], '/limited', () => {
    throw new RateLimitExceeded(new Date());
  });
  app.on(['GET', 'POST'], '/conflict', () => {
    throw new DomainError('VERSION_CONFLICT', 'Somebody was quicker.');
  });
  app.post('/bare', (c) => c.body(null, 413));
  app.onError(createErrorHandler(createCapturedLog().logger));
  /** The series of a counter that are not 0: labels and value. */
  async function series(name: string) {
    const metric: Metric | undefined = registry.getSingleMetric(name);
    return (await metric?.get())?.values.map(({ labels, value }) => ({ ...labels, value })) ?? [];
  }
  return { app, registry, series };
}

describe('the duration of a request', () => {
  test('is in seconds, by the pattern of its route', async () => {
    const { app, registry } = createAppUnderTest(75);
    await app.request('/mood/1');
    await app.request('/mood/2');
    const labels = 'method="GET",route="/mood/:modelId",status="200"';
    const text = await registry.metrics();
    expect(text).toContain(`mood_http_request_duration_seconds_sum{${labels}} 0.15\n`);
    expect(text).toContain(`mood_http_request_duration_seconds_count{${labels}} 2\n`);
    expect(text).toContain(`mood_http_request_duration_seconds_bucket{le="0.05",${labels}} 0\n`);
    expect(text).toContain(`mood_http_request_duration_seconds_bucket{le="0.075",${labels}} 2\n`);
  });

  test('is that of a refused one as well', async () => {
    const { app, registry } = createAppUnderTest();
    await app.request('/conflict');
    expect(await registry.metrics()).toContain('count{method="GET",route="/conflict",status="409"} 1\n');
  });
});

describe('what is refused', () => {
  test('counts as a refused write by its route and code, unless it only reads', async () => {
    const { app, series } = createAppUnderTest();
    for (const method of ['POST', 'GET', 'HEAD']) await app.request('/conflict', { method });
    await app.request('/bare', { method: 'POST' });
    await app.request('/mood', { method: 'PUT' });
    expect(await series('mood_refused_writes_total')).toEqual([
      { route: '/conflict', error: 'VERSION_CONFLICT', value: 1 },
      { route: '/bare', error: 'none', value: 1 },
    ]);
  });

  test('counts as a failed sign-in by what was wrong with the token, or as forbidden', async () => {
    const { app, series } = createAppUnderTest();
    for (const path of ['/expired', '/forbidden', '/forbidden', '/conflict', '/limited', '/mood/1']) await app.request(path);
    expect(await series('mood_auth_failures_total')).toEqual([
      { reason: 'expired', value: 1 },
      { reason: 'forbidden', value: 2 },
    ]);
  });

  test('counts as a hit of the hourly limit when it is one', async () => {
    const { app, series } = createAppUnderTest();
    expect(await series('mood_rate_limit_hits_total')).toEqual([{ value: 0 }]);
    await app.request('/limited', { method: 'POST' });
    await app.request('/conflict', { method: 'POST' });
    expect(await series('mood_rate_limit_hits_total')).toEqual([{ value: 1 }]);
  });
});
