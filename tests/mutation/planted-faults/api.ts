import { plantedIn } from '../planted-fault.ts';
import type { PlantedFault } from '../planted-fault.ts';

const access = plantedIn(
  ['apps/api/src/auth/authenticator.test.ts'],
  [
    {
      name: 'a session counts for writes for ten seconds',
      kind: 'durations',
      file: 'apps/api/src/auth/authenticator.ts',
      from: 'write: 1_000',
      to: 'write: 10_000',
    },
    {
      name: 'a session counts for reads for minutes while nobody can be asked',
      kind: 'durations',
      file: 'apps/api/src/auth/authenticator.ts',
      from: 'sessionStaleMs = 60_000',
      to: 'sessionStaleMs = 600_000',
    },
    {
      name: 'writes go on while the auth service is down',
      kind: 'access',
      file: 'apps/api/src/auth/authenticator.ts',
      from: "intent === 'read' && isWithin(",
      to: 'isWithin(',
    },
    {
      name: 'a confirmation of the future counts',
      kind: 'order and instants',
      file: 'apps/api/src/auth/authenticator.ts',
      from: 'age >= 0 && age <= maxMs',
      to: 'age <= maxMs',
    },
    {
      name: 'an answer is as old as its arrival',
      kind: 'order and instants',
      file: 'apps/api/src/auth/authenticator.ts',
      from: 'session.confirmedAt = since;',
      to: 'session.confirmedAt = clock();',
    },
    {
      name: 'a session that was ended meanwhile is let in',
      kind: 'access',
      file: 'apps/api/src/auth/authenticator.ts',
      from: 'if (alive && !ended.has(session.endedKey))',
      to: 'if (alive)',
    },
    {
      name: 'every role is let in',
      kind: 'access',
      file: 'apps/api/src/auth/guards.ts',
      from: 'rule.roles !== undefined && !rule.roles.includes(principal.role)',
      to: 'false',
      tests: ['apps/api/src/auth/guards.test.ts'],
    },
    {
      name: 'no scope is needed',
      kind: 'access',
      file: 'apps/api/src/auth/guards.ts',
      from: 'rule.scope !== undefined && !principal.scopes.has(rule.scope)',
      to: 'false',
      tests: ['apps/api/src/auth/guards.test.ts'],
    },
    {
      name: 'requests of services are counted',
      kind: 'limits',
      file: 'apps/api/src/auth/guards.ts',
      from: "principal.role === 'service' || worth === 0",
      to: 'worth === 0',
      tests: ['apps/api/src/auth/guards.test.ts'],
    },
    {
      name: 'a refused role is not counted',
      kind: 'limits',
      file: 'apps/api/src/auth/guards.ts',
      from: 'await countRequest(limits, principal);\n      if',
      to: 'if',
      tests: ['apps/api/src/auth/guards.test.ts'],
    },
    {
      name: 'a request above the limit is let in',
      kind: 'limits',
      file: 'apps/api/src/auth/guards.ts',
      from: 'if (waitMs !== undefined) throw new TooManyRequests(waitMs);',
      to: '',
      tests: ['apps/api/src/auth/guards.test.ts'],
    },
    {
      name: 'a limit is asked for one request more',
      kind: 'limits',
      file: 'apps/api/src/http/request-limit.ts',
      from: 'count.consumedPoints >= perMinute',
      to: 'count.consumedPoints > perMinute',
      tests: ['apps/api/src/http/request-limit.test.ts'],
    },
    {
      name: 'a forged address in X-Forwarded-For is believed',
      kind: 'access',
      file: 'apps/api/src/http/client-address.ts',
      from: 'hops.pop()',
      to: 'hops.shift()',
      tests: ['apps/api/src/http/client-address.test.ts'],
    },
  ],
);

const operations = plantedIn(
  ['apps/api/src/ops/metrics.test.ts'],
  [
    {
      name: 'a database that cannot be written to is healthy',
      kind: 'outages',
      file: 'apps/api/src/ops/health.ts',
      from: "database.status !== 'healthy' ? 'down'",
      to: "database.status === 'down' ? 'down'",
      tests: ['apps/api/src/ops/health.test.ts'],
    },
    {
      name: 'a dead service counts as healthy',
      kind: 'outages',
      file: 'apps/api/src/ops/health.ts',
      from: 'some(({ status }) =>',
      to: 'every(({ status }) =>',
      tests: ['apps/api/src/ops/health.test.ts'],
    },
    {
      name: 'a process that stops is ready while its database is asked',
      kind: 'outages',
      file: 'apps/api/src/ops/health.ts',
      from: "status !== 'down' && admission.isOpen()",
      to: "status !== 'down'",
      tests: ['apps/api/src/ops/health.test.ts'],
    },
    {
      name: 'a service that answers 500 is up',
      kind: 'outages',
      file: 'apps/api/src/ops/service-health.ts',
      from: 'response.status >= 500',
      to: 'response.status > 500',
      tests: ['apps/api/src/ops/service-health.test.ts'],
    },
    {
      name: 'calls that fail beside others that are answered make a service down',
      kind: 'outages',
      file: 'apps/api/src/ops/service-health.ts',
      from: ' && failedAt > answeredAt',
      to: '',
      tests: ['apps/api/src/ops/service-health.test.ts'],
    },
    {
      name: 'a service whose calls fail is asked for its health',
      kind: 'outages',
      file: 'apps/api/src/ops/service-health.ts',
      from: 'else failedAt = clock();',
      to: '',
      tests: ['apps/api/src/ops/service-health.test.ts'],
    },
    {
      name: 'the histogram of requests is in milliseconds',
      kind: 'metrics',
      file: 'apps/api/src/ops/metrics.ts',
      from: 'milliseconds / 1_000',
      to: 'milliseconds',
    },
    {
      name: 'refused readings count as refused writes',
      kind: 'metrics',
      file: 'apps/api/src/ops/metrics.ts',
      from: 'if (!readingMethods.has(method)) refusedWrites',
      to: 'refusedWrites',
    },
    {
      name: 'hits of the hourly limit are not counted',
      kind: 'metrics',
      file: 'apps/api/src/ops/metrics.ts',
      from: "if (error === 'RATE_LIMIT_EXCEEDED') rateLimitHits.inc();",
      to: '',
    },
    {
      name: 'the cache counts as open while it is closed',
      kind: 'metrics',
      file: 'apps/api/src/ops/cache-metrics.ts',
      from: 'measured.isOpen() ? 1 : 0',
      to: '1',
      tests: ['apps/api/src/ops/cache-metrics.test.ts'],
    },
    {
      name: 'replies of the API are not counted',
      kind: 'metrics',
      file: 'libs/metrics/src/reply-metrics.ts',
      from: 'series.get(outcome)?.inc(count)',
      to: 'series.get(outcome)?.inc(count - 1)',
      tests: ['libs/metrics/src/metrics.test.ts'],
    },
  ],
);

const errors = plantedIn(
  ['apps/api/src/http/errors.test.ts'],
  [
    {
      name: 'a caller is told to come back too early',
      kind: 'ends and periods',
      file: 'apps/api/src/http/errors.ts',
      from: 'Math.ceil((time',
      to: 'Math.floor((time',
    },
    {
      name: 'a caller is told to come back in milliseconds',
      kind: 'durations',
      file: 'apps/api/src/http/errors.ts',
      from: '(time.getTime() - now.getTime()) / 1_000',
      to: 'time.getTime() - now.getTime()',
    },
    {
      name: 'an outage looks like a fault of ours',
      kind: 'outages',
      file: 'apps/api/src/http/errors.ts',
      from: 'return answer(c, 503, error.code, error.message);',
      to: 'return answer(c, 500, error.code, error.message);',
    },
    {
      name: 'an unexpected error is quoted to the caller',
      kind: 'secrets',
      file: 'apps/api/src/http/errors.ts',
      from: "'Something went wrong on our side. Try again, and tell us the X-Request-Id if it stays.'",
      to: 'String(error)',
    },
  ],
);

const degraded = plantedIn(
  ['tests/integration/degradation.test.ts'],
  [
    {
      name: 'a mood is not marked as degraded',
      kind: 'outages',
      file: 'apps/api/src/moods/moods.routes.ts',
      from: 'await readMoodOrNeutral(deps, modelId);\n    markDegraded(c, degraded || !deps.databaseIsReachable());',
      to: 'await readMoodOrNeutral(deps, modelId);\n    markDegraded(c, degraded && false);',
    },
    {
      name: 'a page of moods is not marked as degraded',
      kind: 'outages',
      file: 'apps/api/src/moods/moods.routes.ts',
      from: 'await readMoodsOrNeutral(deps, modelIds);\n      markDegraded(c, degraded || !deps.databaseIsReachable());',
      to: 'await readMoodsOrNeutral(deps, modelIds);\n      markDegraded(c, degraded && false);',
    },
  ],
);

export const faultsInApi: readonly PlantedFault[] = [...access, ...operations, ...errors, ...degraded];
