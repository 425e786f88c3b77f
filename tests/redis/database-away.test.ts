import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { count } from '@mood/testing/counts';
import { untilDrained } from '@mood/testing/drained';
import { eventually } from '@mood/testing/eventually';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

/** The longer is more than all tries of a job take. */
const awayMs = count(150_000, 5_000);
const conversationsPerKind = 20;

let postgres: OwnPostgres;
let stack: Stack;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  stack = await startStack({ workers: 1, database: postgres.database });
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.remove();
});

test(
  `while the database is away for ${awayMs} ms and Redis is not, jobs wait for it: none fails for good, and everything happens once`,
  async () => {
    const { api, platform } = stack;
    const [userId = ''] = await platform.createUsers();
    const [atOnce, soon] = [await stack.createModel(), await stack.createModel()];
    const mood = { moodState: 'positive', autoRespond: true };
    for (const [model, responseDelay] of [
      [atOnce, 0],
      [soon, 3],
    ] as const)
      expect((await api.post('/api/v1/mood/update', { ...mood, responseDelay }, model.token)).status).toBe(200);
    const conversations: string[] = [];
    async function write(modelId: string): Promise<void> {
      const fresh = Array.from({ length: conversationsPerKind }, () => randomUUID());
      conversations.push(...fresh);
      await Promise.all(fresh.map((conversation) => platform.userWrites(conversation, userId, modelId)));
    }

    await write(soon.id);
    await eventually(
      () => stack.database.query<{ taken: number }>(`SELECT count(*)::int AS taken FROM auto_replies`),
      ([row]) => row?.taken === conversationsPerKind,
    );
    // These become due while it is away, and those come in then.
    await postgres.server.stop('immediate');
    await write(atOnce.id);
    await pause(awayMs);
    await postgres.server.start();

    await untilDrained(stack, 90_000);
    const sent = await Promise.all(conversations.map(async (id) => (await platform.automatedMessages(id)).length));
    expect(sent).toEqual(conversations.map(() => 1));
  },
  awayMs + 180_000,
);
