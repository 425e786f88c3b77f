import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { callOutcomeOf } from './call-outcome.ts';
import type { CallOutcome } from './call-outcome.ts';
import { createDependencyMetrics } from './dependency-metrics.ts';

function errorNamed(name: string, cause?: Error): Error {
  const error = new Error('no', { cause });
  error.name = name;
  return error;
}

/** The series of a metric that are not 0. */
async function counted(registry: Registry, name: string) {
  const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
  return values.filter(({ value }) => value > 0).map(({ labels, value }) => ({ ...labels, value }));
}

const failures: [CallOutcome, Error][] = [
  ['unavailable', errorNamed('DependencyUnavailable')],
  ['unusable', errorNamed('UnusableAnswer')],
  ['refused', errorNamed('RefusedByService')],
  ['refused', errorNamed('Error', errorNamed('RefusedByService'))],
  ['unusable', errorNamed('DependencyUnavailable', errorNamed('UnusableAnswer'))],
  ['unavailable', errorNamed('DependencyUnavailable', errorNamed('RefusedByService'))],
  ['error', errorNamed('TypeError')],
];

describe('a call to another service', () => {
  test('that is answered counts as ok, and has its answer', async () => {
    const registry = new Registry();
    expect(await createDependencyMetrics(registry).watchService('users')(Promise.resolve(7))).toBe(7);
    expect(await counted(registry, 'mood_external_requests_total')).toEqual([{ service: 'users', outcome: 'ok', value: 1 }]);
  });

  test.each(failures)('that fails counts as %s and as nothing else, and still fails (%s)', async (outcome, error) => {
    const registry = new Registry();
    await expect(createDependencyMetrics(registry).watchService('users')(Promise.reject(error))).rejects.toBe(error);
    expect(callOutcomeOf(error)).toBe(outcome);
    expect(await counted(registry, 'mood_external_requests_total')).toEqual([{ service: 'users', outcome, value: 1 }]);
  });

  test('is counted when it has ended, not before', async () => {
    const registry = new Registry();
    const call = Promise.withResolvers<number>();
    const watched = createDependencyMetrics(registry).watchService('users')(call.promise);
    expect(await counted(registry, 'mood_external_requests_total')).toEqual([]);
    call.resolve(1);
    await watched;
    expect(await counted(registry, 'mood_external_requests_total')).toHaveLength(1);
  });
});

test('failures of the database and odd fields are counted by their kind', async () => {
  const registry = new Registry();
  const metrics = createDependencyMetrics(registry);
  metrics.countDatabaseError('timeout');
  metrics.countDatabaseError('timeout');
  metrics.countOddFields('users')('tier');
  expect(await counted(registry, 'mood_db_errors_total')).toEqual([{ kind: 'timeout', value: 2 }]);
  expect(await counted(registry, 'mood_external_odd_fields_total')).toEqual([{ service: 'users', field: 'tier', value: 1 }]);
});
