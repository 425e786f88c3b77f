import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { RequestWatcher } from '../http/frame.ts';
import { routeOf } from '../http/request-log.ts';

/** Buckets in seconds: from a cached read to the longest that anybody should wait. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface ApiMetrics {
  /** Counts and times every request. Labels hold route patterns, codes and fixed words, never ids. */
  readonly watch: RequestWatcher;
}

export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: 'mood_http_request_duration_seconds',
    help: 'How long requests took, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers,
  });
  const refusedWrites = new Counter({
    name: 'mood_refused_writes_total',
    help: 'Requests that would have changed something and were refused, by error code.',
    labelNames: ['route', 'error'],
    registers,
  });
  const authFailures = new Counter({
    name: 'mood_auth_failures_total',
    help: 'Requests without a valid token, by what was wrong with it, and requests with the wrong role or scope (forbidden).',
    labelNames: ['reason'],
    registers,
  });
  const rateLimitHits = new Counter({
    name: 'mood_rate_limit_hits_total',
    help: 'Changes that were refused because of the hourly limit, or of too many refused ones.',
    registers,
  });

  return {
    watch(c, milliseconds) {
      const { method } = c.req;
      const { status } = c.res;
      const route = routeOf(c);
      const error = c.get('errorCode');
      duration.observe({ method, route, status }, milliseconds / 1_000);
      if (status < 400) return;
      if (!readingMethods.has(method)) refusedWrites.inc({ route, error: error ?? 'none' });
      if (error === 'UNAUTHORIZED') authFailures.inc({ reason: c.get('authFailure') ?? 'forbidden' });
      if (error === 'RATE_LIMIT_EXCEEDED') rateLimitHits.inc();
    },
  };
}
