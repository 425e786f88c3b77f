import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AnalyticsGateway, MessageGateway, OutboxEvent, PendingNotification } from '@mood/domain';
import { attemptOf } from './jobs.fake.ts';
import { createPromiseHandlers } from './promises.ts';

const modelId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const notification: PendingNotification = {
  id: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2a',
  modelId,
  type: 'mood_expired',
  previousState: 'positive',
  newState: 'neutral',
  reasonCode: null,
};
const eventOf = (id: string): OutboxEvent => ({
  id,
  modelId,
  kind: 'mood-changed',
  version: 2,
  previousState: 'neutral',
  newState: 'positive',
  changedBy: 'model',
  reasonCode: null,
  timestamp: '2026-01-02T03:04:05.000Z',
  recordedAt: '2026-01-02T03:04:05.000Z',
});
const eventIds = ['0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2b', '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2c'];

/** Writes down what happens, in its order. */
function setUp(effect: () => Promise<void>) {
  const happened: string[] = [];
  const note = (what: string) => async (ids: readonly string[]) => void happened.push(`${what} ${ids.join(' ')}`);
  async function run(): Promise<void> {
    await effect();
    happened.push('done');
  }
  const handlers = createPromiseHandlers(
    {
      onMoodChange: () => undefined,
      moods: { expire: async () => ({ kind: 'superseded' }) },
      outbox: {
        findEvents: async (ids) => ids.map(eventOf),
        findNotification: async () => notification,
        confirm: note('confirmed'),
        markFailed: note('failed'),
      },
      messages: { notify: jest.fn<MessageGateway['notify']>(run) },
      analyticsEvents: ['mood_changed'],
      analytics: { trackEvents: jest.fn<AnalyticsGateway['trackEvents']>(run) },
    },
    async () => ({ kind: 'done' }),
  );
  return { happened, handlers };
}
type Handlers = ReturnType<typeof setUp>['handlers'];

const away = new DependencyUnavailable('service');
const refused = new RefusedByService('service answered 422');
const refusedAsGone = new RefusedByService('service answered 404', { isGone: true });

describe.each<[string, readonly string[], (handlers: Handlers, lastAttempt: boolean) => Promise<unknown>]>([
  [
    'a notification',
    [notification.id],
    (handlers, lastAttempt) => handlers['deliver-notification']({ notificationId: notification.id }, attemptOf(lastAttempt)),
  ],
  ['events', eventIds, (handlers, lastAttempt) => handlers['emit-events']({ eventIds }, attemptOf(lastAttempt))],
])('the promise of %s', (_what, ids, run) => {
  test.each([false, true])('is confirmed once it is kept (at the last attempt: %s)', async (lastAttempt) => {
    const { happened, handlers } = setUp(async () => undefined);
    expect(await run(handlers, lastAttempt)).toMatchObject({ kind: 'done' });
    expect(happened).toEqual(['done', `confirmed ${ids.join(' ')}`]);
  });

  test.each([
    ['that the service refuses is marked as failed, whatever attempts are left', refused, false, true],
    ['that the service refuses at the last attempt is marked as failed', refused, true, true],
    ['for somebody who is gone is marked as failed', refusedAsGone, false, true],
    ['whose last attempt fails is marked as failed', away, true, true],
    ['whose last attempt fails for a reason of ours is marked as failed', new TypeError('unforeseen'), true, true],
    ['that can be tried again is left as it is', away, false, false],
  ])('%s, and its job fails', async (_case, failure, lastAttempt, isMarked) => {
    const { happened, handlers } = setUp(() => Promise.reject(failure));
    await expect(run(handlers, lastAttempt)).rejects.toBe(failure);
    expect(happened).toEqual(isMarked ? [`failed ${ids.join(' ')}`] : []);
  });
});
