import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const rounds = count(5, 1);
/** The system has to work again this soon after its database is back. */
const recoveryMs = 5_000;

let postgres: OwnPostgres;
let stack: Stack;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  const env = { RECONCILE_PATIENCE_SECONDS: '3', RECONCILE_EVERY_MS: '500' };
  stack = await startStack({ workers: 1, database: postgres.database, env });
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.remove();
});

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body.error]).toEqual([503, 'SYSTEM_ERROR']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

describe('a database that is killed', () => {
  test(
    `and restarted ${rounds} times: while it is away changes are 503 and readings marked, and everything works within 5 s after`,
    async () => {
      const { api, platform } = stack;
      const [userId = ''] = await platform.createUsers();
      for (let round = 0; round < rounds; round += 1) {
        const model = await stack.createModel();
        const user = await platform.token('user');
        const mood = { moodState: 'positive', autoRespond: true, responseDelay: 0 };
        expect((await api.post('/api/v1/mood/update', mood, model.token)).status).toBe(200);

        await postgres.server.stop('immediate');
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            expectUnavailable(await api.post('/api/v1/mood/update', mood, model.token));
            const read = await api.get(`/api/v1/mood/${model.id}`, user);
            expect([read.status, read.headers.get('mood-degraded')]).toEqual([200, 'true']);
          }),
        );

        await postgres.server.start();
        const back = Date.now();
        await eventually(
          async () => (await api.post('/api/v1/mood/update', mood, model.token)).status,
          (status) => status === 200,
          recoveryMs,
        );
        const conversation = randomUUID();
        await platform.userWrites(conversation, userId, model.id);
        await eventually(
          () => platform.automatedMessages(conversation),
          (replies) => replies.length === 1,
          Math.max(1_000, recoveryMs - (Date.now() - back)),
        );
        const { body } = await api.get(`/api/v1/mood/${model.id}/history`, model.token);
        const events = await eventually(
          async () => (await platform.events(model.id)).filter(({ eventType }) => eventType === 'mood_changed'),
          (found) => found.length >= body.total,
          30_000,
        );
        expect(events).toHaveLength(body.total);
      }
    },
    count(300_000, 120_000),
  );
});
