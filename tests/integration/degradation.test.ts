import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startStopwatch } from '@mood/testing/processor-time';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const isCached = process.env['TEST_QUEUE_STORE'] === 'redis';
const poolMax = 4;

let postgres: OwnPostgres;
let stack: Stack;
let model: Model;
let other: Model;
let service: string;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  stack = await startStack({ database: postgres.database, workers: 1, env: { DATABASE_POOL_MAX: String(poolMax) } });
  [model, other] = [await stack.createModel(), await stack.createModel()];
  service = await stack.platform.token('service', undefined, { scope: 'mood:render' });
  for (const one of [model, other]) expect((await setMood(one)).status).toBe(200);
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.remove();
});

const setMood = (one: Model) =>
  stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: 'Before the outage' }, one.token);
const readMood = (one: Model) => stack.api.get(`/api/v1/mood/${one.id}`, one.token);
const findGreeting = (one: Model) => stack.api.get(`/api/v1/mood/template?modelId=${one.id}&templateType=greeting`, one.token);
const renderGreeting = (one: Model) =>
  stack.api.post('/api/v1/mood/template/render', { modelId: one.id, templateType: 'greeting', variables: { userName: 'John' } }, service);
const isDegraded = ({ headers }: { headers: Headers }) => headers.get('mood-degraded') === 'true';
/** What a mood that was set and read before reads as without the database. */
const remembered = isCached ? 'positive' : 'neutral';

async function backToNormal(withinMs: number): Promise<void> {
  await eventually(
    async () => {
      const [read, written] = [await readMood(model), await setMood(other)];
      return [read.status, written.status, isDegraded(read)];
    },
    (seen) => seen.join() === '200,200,false',
    withinMs,
  );
}

describe('without its database', () => {
  beforeAll(async () => {
    for (const one of [model, other])
      expect([(await readMood(one)).body.moodState, isDegraded(await findGreeting(one))]).toEqual(['positive', false]);
    await renderGreeting(model);
    await postgres.server.stop('immediate');
    // Who answers from the cache hears of the outage from those who asked the database: four times a second somebody does.
    await eventually(() => readMood(model), isDegraded, 2_000);
  });

  test('moods and templates are still answered, cached or neutral, and marked', async () => {
    for (const ask of [readMood, findGreeting, renderGreeting]) {
      const answer = await ask(model);
      expect([answer.status, answer.body.moodState, isDegraded(answer)]).toEqual([200, remembered, true]);
    }
    const page = await stack.api.get(`/api/v1/moods?modelIds=${model.id},${other.id}`, model.token);
    expect([page.status, isDegraded(page)]).toEqual([200, true]);
    expect(page.body.moods.map(({ moodState }: { moodState: string }) => moodState)).toEqual([remembered, remembered]);
  });

  test('a model that nobody has met reads as neutral, and marked', async () => {
    const answer = await stack.api.get(`/api/v1/mood/${randomUUID()}`, model.token);
    expect([answer.status, answer.body.moodState, isDegraded(answer)]).toEqual([200, 'neutral', true]);
  });

  test('what would be changed is refused within a second, with words that say so, and nothing is half done', async () => {
    const elapsed = startStopwatch();
    const { status, body, headers } = await setMood(model);
    expect(elapsed()).toBeLessThan(1_000);
    expect([status, body.error]).toEqual([503, 'SYSTEM_ERROR']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).status).toBe(503);
  });

  test('its health says what is missing', async () => {
    const { status, body } = await stack.api.get('/health');
    expect(status).toBe(503);
    expect([body.status, body.checks.database.status, body.checks.messageService.status]).toEqual(['down', 'down', 'healthy']);
  });

  test('all is as before within five seconds of its return', async () => {
    await postgres.server.start();
    await backToNormal(5_000);
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token);
    expect(body.total).toBe(1);
  });
});

test('connections that are killed, one more than the pool has, cost nothing for long', async () => {
  for (let round = 0; round <= poolMax; round += 1) {
    await Promise.allSettled([setMood(other), readMood(model)]);
    await stack.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mood-api'`);
  }
  await backToNormal(5_000);
});

describe('without a service of the platform', () => {
  test('users have no tier, and get their automatic reply', async () => {
    const replying = await stack.createModel();
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true, responseDelay: 0 }, replying.token);
    const [userId = ''] = await stack.platform.createUsers(1, 'gold');
    await stack.platform.setFault('users', 'error');
    const conversation = randomUUID();
    await stack.platform.userWrites(conversation, userId, replying.id);
    await eventually(
      () => stack.platform.automatedMessages(conversation),
      (messages) => messages.length === 1,
      20_000,
    );
    await stack.platform.setFault('users', 'ok');
  });

  test('performers keep the names that are known, and a message without a name is still one', async () => {
    await stack.platform.setFault('performers', 'error');
    for (const one of [model, other]) expect((await renderGreeting(one)).status).toBe(200);
    await stack.platform.setFault('performers', 'ok');
  });

  test('the API goes on without the message service and without analytics', async () => {
    for (const service of ['messages', 'analytics'] as const) await stack.platform.setFault(service, 'timeout');
    expect((await setMood(other)).status).toBe(200);
    expect((await readMood(other)).status).toBe(200);
    for (const service of ['messages', 'analytics'] as const) await stack.platform.setFault(service, 'ok');
  });
});
