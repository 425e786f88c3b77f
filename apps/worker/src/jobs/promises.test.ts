import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, neverSetMood, RefusedByService } from '@mood/domain';
import type { AnalyticsGateway, ExpiryOutcome, MessageGateway, OutboxEvent, OutboxStore, PendingNotification } from '@mood/domain';
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
  holdEnded: false,
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
function setUp(effect: () => Promise<void>, other: { confirm?: OutboxStore['confirm']; expired?: ExpiryOutcome } = {}) {
  const happened: string[] = [];
  const note = (what: string) => async (ids: readonly string[]) => void happened.push(`${what} ${ids.join(' ')}`);
  async function run(): Promise<void> {
    await effect();
    happened.push('done');
  }
  const trackEvents = jest.fn<AnalyticsGateway['trackEvents']>(run);
  const handlers = createPromiseHandlers(
    {
      onMoodChange: (by, state) => void happened.push(`${by} ${state}`),
      moods: { expire: async () => other.expired ?? { kind: 'superseded' } },
      outbox: {
        findEvents: async (ids) => ids.map(eventOf),
        findNotification: async () => notification,
        confirm: other.confirm ?? note('confirmed'),
        markFailed: note('failed'),
      },
      messages: { notify: jest.fn<MessageGateway['notify']>(run) },
      analyticsEvents: ['mood_changed'],
      analytics: { trackEvents },
    },
    async () => ({ kind: 'done' }),
  );
  return { happened, handlers, trackEvents };
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

  test('that was kept and cannot be confirmed fails its job, so that it is confirmed at the next try', async () => {
    const { happened, handlers } = setUp(async () => undefined, { confirm: () => Promise.reject(away) });
    await expect(run(handlers, false)).rejects.toBe(away);
    expect(happened).toEqual(['done']);
  });
});

test('the same events have the same key, in whatever order they come', async () => {
  const { handlers, trackEvents } = setUp(async () => undefined);
  for (const ids of [eventIds, eventIds.toReversed()]) await handlers['emit-events']({ eventIds: ids }, attemptOf(false));
  const [[, key] = [], [, again] = []] = trackEvents.mock.calls;
  expect(key).toMatch(/^events-[0-9a-f]{32}$/);
  expect(again).toBe(key);
});

describe('the end of a mood', () => {
  const mood = neverSetMood(modelId, new Date('2026-01-02T03:04:05.000Z'));

  test.each<[ExpiryOutcome, object, string[]]>([
    [{ kind: 'reset', mood }, { kind: 'done', result: 'reset' }, ['system neutral']],
    [{ kind: 'superseded' }, { kind: 'cancel', reason: 'superseded' }, []],
    [{ kind: 'not_due', remainingMs: 5_000.2 }, { kind: 'later', delayMs: 5_001 }, []],
  ])('that is %j ends its job so, and counts once it is written', async (expired, outcome, counted) => {
    const { happened, handlers } = setUp(async () => undefined, { expired });
    expect(await handlers['expire-mood']({ modelId, version: 2 }, attemptOf(false))).toEqual(outcome);
    expect(happened).toEqual(counted);
  });
});
