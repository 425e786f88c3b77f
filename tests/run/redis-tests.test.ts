import { expect, test } from '@jest/globals';
import { redisTests } from './redis-tests.ts';

const found = redisTests();

test.each([
  ['tests/e2e/auto-reply.test.ts', 'it runs a worker'],
  ['tests/e2e/board.test.ts', 'it looks into the queues'],
  ['tests/integration/readiness.test.ts', 'it starts a worker by its file'],
  ['tests/integration/moods.test.ts', 'it reads a mood, which may be in the cache'],
  ['tests/redis/redis-loss.test.ts', 'it is about Redis'],
  ['tests/faults/worker-kill.test.ts', 'it kills who works on jobs'],
])('%s runs with Redis, too: %s', (file) => {
  expect(found).toContain(file);
});

test.each([
  ['tests/integration/template-list.test.ts', 'templates are read from PostgreSQL'],
  ['tests/e2e/template-changes.test.ts', 'its worker reads templates from PostgreSQL'],
  ['tests/integration/history-scale.test.ts', 'the history is read from PostgreSQL'],
  ['tests/integration/exercises.test.ts', 'it is about services of the platform'],
  ['tests/integration/openapi.test.ts', 'it is about what the system says of itself'],
  ['tests/integration/verbs-on-postgres.test.ts', 'it runs no system'],
])('%s does not: %s', (file) => {
  expect(found).not.toContain(file);
});
