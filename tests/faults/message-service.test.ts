import { randomUUID } from 'node:crypto';
import { createEnqueuer, createQueueBackend } from '@mood/queue';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import type { FaultMode } from '@mood/testing/platform-client';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

/** Of the job catalog. */
const maxAttempts = 8;

let stack: Stack;
let model: Model;
let userId: string;
beforeAll(async () => {
  stack = await startStack({ workers: 1, env: { SERVICE_TIMEOUT_MS: '400' } });
  model = await stack.createModel();
  [userId = ''] = await stack.platform.createUsers();
  await stack.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, model.token);
});
beforeEach(() => stack.platform.setFault('messages', 'ok'));
afterAll(() => stack.stop());

interface ReplyRow {
  id: string;
  status: string;
  text: string | null;
}

async function replyOf(conversation: string): Promise<ReplyRow | undefined> {
  const [row] = await stack.database.query<ReplyRow>('SELECT id, status, text FROM auto_replies WHERE conversation_id = $1', [
    conversation,
  ]);
  return row;
}

/** A user writes while the service is out of order. @returns the reply that is being sent, after its first `tries` tries. */
async function writeDuring(mode: FaultMode, tries: number): Promise<{ conversation: string; id: string }> {
  const conversation = randomUUID();
  await stack.platform.setFault('messages', mode);
  await stack.platform.userWrites(conversation, userId, model.id);
  const reply = await eventually(
    () => replyOf(conversation),
    (row) => row?.status === 'sending',
  );
  const id = reply?.id ?? '';
  await eventually(
    () => stack.platform.attempts(id),
    (attempts) => attempts.length >= tries,
    30_000,
  );
  return { conversation, id };
}

describe('a message service', () => {
  test.each<FaultMode>(['error', 'rate-limited', 'timeout', 'drop-after-effect'])(
    'in mode "%s" gets one message in the end, after spread tries',
    async (mode) => {
      const { conversation, id } = await writeDuring(mode, 4);
      await stack.platform.setFault('messages', 'ok');
      await eventually(
        () => replyOf(conversation),
        (row) => row?.status === 'sent',
        40_000,
      );
      expect(await stack.platform.automatedMessages(conversation)).toHaveLength(1);
      expect((await replyOf(conversation))?.text).toBeNull();

      const times = (await stack.platform.attempts(id)).map((attempt) => Date.parse(attempt.at));
      expect(times.length).toBeLessThanOrEqual(maxAttempts);
      // The first four waits grow from at least 250 ms (half of 500) to at least 1 s (half of 2 s).
      const waits = times.slice(1).map((time, index) => time - (times[index] ?? time));
      for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(250 * 2 ** index - 20);
    },
    90_000,
  );

  // The tries take up to a minute.
  test('that stays down leaves a failed job, which an operator sees and retries', async () => {
    const { conversation, id } = await writeDuring('error', 1);
    const backend = createQueueBackend({ databaseUrl: stack.database.url });
    try {
      await backend.ready();
      const jobId = `deliver-${id}`;
      await eventually(
        () => createEnqueuer(backend).jobState('message-delivery', jobId),
        (state) => state === 'failed',
        180_000,
      );
      expect((await stack.platform.attempts(id)).length).toBe(maxAttempts);
      expect((await replyOf(conversation))?.status).toBe('failed');

      await stack.platform.setFault('messages', 'ok');
      const job = await backend.createQueue('message-delivery').getJob(jobId);
      await job?.retry();
      await eventually(
        () => replyOf(conversation),
        (row) => row?.status === 'sent',
      );
      expect(await stack.platform.automatedMessages(conversation)).toHaveLength(1);
    } finally {
      await backend.close();
    }
  });
});

describe('an analytics service', () => {
  test('that was down hears of each change once when it is back', async () => {
    await stack.platform.setFault('analytics', 'error');
    const other = await stack.createModel();
    for (const moodState of ['positive', 'negative', 'neutral']) await stack.api.post('/api/v1/mood/update', { moodState }, other.token);
    await eventually(
      () => stack.platform.counters(),
      (counters) => (counters['events'] ?? 0) >= 2,
    );
    expect(await stack.platform.events(other.id)).toEqual([]);
    await stack.platform.setFault('analytics', 'ok');
    const events = await eventually(
      () => stack.platform.events(other.id),
      (found) => found.length >= 3,
      40_000,
    );
    expect(events.map((event) => event.newState).toSorted()).toEqual(['negative', 'neutral', 'positive']);
  });
});
