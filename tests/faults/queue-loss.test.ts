import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const wipes = count(10, 2);
const conversationsPerWipe = 20;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    workers: 1,
    env: { RECONCILE_PATIENCE_SECONDS: '1', RECONCILE_EVERY_MS: '200' },
  });
});
afterAll(() => stack.stop());

test(
  `a queue that is wiped ${wipes} times loses nothing: each reply, reset and event happens once`,
  async () => {
    const { api, platform, database } = stack;
    const [userId = ''] = await platform.createUsers();
    const conversations: string[] = [];
    const moody: string[] = [];
    for (let wipe = 0; wipe < wipes; wipe += 1) {
      const replying = await stack.createModel();
      await api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true, responseDelay: 1 }, replying.token);
      const expiring = await stack.createModel();
      const expiresAt = new Date(Date.now() + 1_500).toISOString();
      await api.post('/api/v1/mood/update', { moodState: 'negative', expiresAt }, expiring.token);
      moody.push(expiring.id);
      const fresh = Array.from({ length: conversationsPerWipe }, () => randomUUID());
      conversations.push(...fresh);
      await Promise.all(fresh.map((conversation) => platform.userWrites(conversation, userId, replying.id)));
      // They are taken in (what is not yet is the message service's), and their jobs wait in the queue.
      await eventually(
        () =>
          database.query<{ taken: number }>(
            `SELECT count(*)::int AS taken FROM auto_replies a LEFT JOIN outbox o ON o.id = a.id
              WHERE a.conversation_id = ANY($1) AND (o.id IS NULL OR o.job_id IS NOT NULL)`,
            [fresh],
          ),
        ([row]) => row?.taken === conversationsPerWipe,
      );
      await database.query('DELETE FROM bullmq.job');
    }

    for (const conversation of conversations) {
      await eventually(
        () => platform.automatedMessages(conversation),
        (replies) => replies.length > 0,
        60_000,
      );
    }
    await eventually(
      () => database.query<{ left: number }>('SELECT count(*)::int AS left FROM outbox'),
      ([row]) => row?.left === 0,
      60_000,
    );
    const replies = await Promise.all(conversations.map(async (conversation) => (await platform.automatedMessages(conversation)).length));
    expect(replies).toEqual(conversations.map(() => 1));
    for (const modelId of moody) {
      expect(await platform.notifications(modelId)).toHaveLength(1);
      expect((await platform.events(modelId)).map((event) => event.newState)).toEqual(['negative', 'neutral']);
    }
  },
  count(300_000, 120_000),
);
