import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { count } from '../support/counts.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Model, Stack } from '../support/stack.ts';

const kills = count(20, 3);
const conversationsPerRound = 15;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ workers: 1, env: { RECONCILE_PATIENCE_SECONDS: '3', RECONCILE_EVERY_MS: '500' } });
});
afterAll(() => stack.stop());

test(
  `a worker killed ${kills} times while it sends: each user gets one reply, analytics hears of each change once`,
  async () => {
    const { platform, api } = stack;
    const models: Model[] = [];
    for (let made = 0; made < 5; made += 1) models.push(await stack.createModel());
    const [userId = ''] = await platform.createUsers();
    const conversations: string[] = [];
    let changes = 0;

    for (let round = 0; round < kills; round += 1) {
      // In every other round the message service loses its answers as well.
      await platform.setFault('messages', round % 2 === 1 ? 'drop-after-effect' : 'ok', 0.3);
      for (const model of models) {
        const mood = { moodState: 'positive', autoRespond: true, responseDelay: round % 2 };
        expect((await api.post('/api/v1/mood/update', mood, model.token)).status).toBe(200);
      }
      changes += 1;
      const fresh = Array.from({ length: conversationsPerRound }, () => randomUUID());
      conversations.push(...fresh);
      const [sentinel = ''] = fresh;
      await Promise.all(
        fresh.map((conversation, index) => platform.userWrites(conversation, userId, models[index % models.length]?.id ?? '')),
      );
      // The first reply of the round is with the message service: its acknowledgement, and the others, are on their way.
      await eventually(
        () => platform.automatedMessages(sentinel),
        (replies) => replies.length > 0,
        30_000,
      );
      const worker = stack.workers.at(-1);
      worker?.kill('SIGKILL');
      expect(await worker?.exited).toBe('SIGKILL');
      await stack.startWorker();
    }

    await platform.setFault('messages', 'ok');
    for (const conversation of conversations) {
      await eventually(
        () => platform.automatedMessages(conversation),
        (replies) => replies.length > 0,
        60_000,
      );
    }
    for (const model of models) {
      await eventually(
        () => platform.events(model.id),
        (events) => events.length >= changes,
        60_000,
      );
    }
    // Everything is confirmed: nothing that could still send a second message is left.
    await eventually(
      () => stack.database.query<{ left: number }>('SELECT count(*)::int AS left FROM outbox'),
      ([row]) => row?.left === 0,
      60_000,
    );
    const replies = await Promise.all(conversations.map(async (conversation) => (await platform.automatedMessages(conversation)).length));
    expect(replies).toEqual(conversations.map(() => 1));
    for (const model of models) expect((await platform.events(model.id)).map((event) => event.eventType)).toHaveLength(changes);
  },
  count(900_000, 180_000),
);
