import { expect, test } from '@jest/globals';
import type { OverduePromise } from '@mood/domain';
import type { JobState } from '@mood/queue';
import { createRepliesUnderTest } from '@mood/testing/auto-reply-store.fake';
import { silent } from '../jobs/jobs.fake.ts';
import { createReconciler } from './reconciler.ts';

/** One round over promises in these states. @returns what was asked of the stores, with the ids, in the order of the promises. */
async function reconcile(overdue: readonly OverduePromise[], states: Readonly<Record<string, JobState>>) {
  const asked: Record<string, string[]> = { gaveUp: [], failed: [], released: [], putOff: [], counted: [] };
  const note = (what: string) => async (ids: readonly string[]) => void asked[what]?.push(...ids);
  const reconciler = createReconciler(
    {
      logger: silent,
      outbox: { claimOverdue: async () => [...overdue], markFailed: note('failed'), release: note('released'), putOff: note('putOff') },
      enqueuer: { jobStates: async (_queue, jobIds) => new Map(jobIds.flatMap((id) => (states[id] ? [[id, states[id]] as const] : []))) },
      autoReplies: createRepliesUnderTest({
        async fail(id) {
          await note('gaveUp')([id]);
          return { templateId: null };
        },
      }),
      usage: { count: () => undefined },
      onReplyOutcome: (outcome) => void asked['counted']?.push(outcome),
    },
    60_000,
  );
  // The first round begins with the start, and the stop waits for its end.
  await reconciler.start();
  await reconciler.stop();
  return asked;
}

const promised = (id: string, kind: string, queue: string): OverduePromise => ({ id, kind, queue, jobId: `job-${id}` });

test('promises whose job failed are marked, a reply among them is given up, and none of them is published again', async () => {
  const promises = [
    promised('reply', 'auto-reply', 'auto-reply'),
    promised('delivery', 'auto-reply', 'message-delivery'),
    promised('notification', 'notification', 'message-delivery'),
    promised('event', 'mood-changed', 'analytics'),
    promised('ending', 'mood-expiry', 'mood-expiry'),
  ];
  const ids = promises.map(({ id }) => id);
  expect(await reconcile(promises, Object.fromEntries(promises.map(({ jobId }) => [jobId, 'failed'])))).toEqual({
    gaveUp: ['reply', 'delivery'],
    failed: expect.arrayContaining(ids),
    released: [],
    putOff: [],
    counted: ['failed', 'failed'],
  });
});

test.each<[string, Readonly<Record<string, JobState>>, object]>([
  ['is gone is published again', {}, { released: ['reply', 'notification'] }],
  [
    'is completed, without an effect, is published again',
    { 'job-reply': 'completed', 'job-notification': 'completed' },
    { released: ['reply', 'notification'] },
  ],
  ['goes on is put off', { 'job-reply': 'unfinished', 'job-notification': 'unfinished' }, { putOff: ['reply', 'notification'] }],
])('a promise whose job %s, and is not marked as failed', async (_state, states, expected) => {
  const promises = [promised('reply', 'auto-reply', 'auto-reply'), promised('notification', 'notification', 'message-delivery')];
  expect(await reconcile(promises, states)).toEqual({ gaveUp: [], failed: [], released: [], putOff: [], counted: [], ...expected });
});
