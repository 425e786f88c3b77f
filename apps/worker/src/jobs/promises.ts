import { createHash } from 'node:crypto';
import { alertText, notificationText, RefusedByService } from '@mood/domain';
import type { OutboxStore } from '@mood/domain';
import type { JobContext, JobHandler, PromiseJobName } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { toAnalyticsEvents } from './analytics-events.ts';
import type { ReplySender } from './reply-sender.ts';
import { waitOrLater } from './wait-or-later.ts';

/** The most that the analytics service takes in a call. */
const eventsPerCall = 100;

/** What the jobs of promises need. */
export interface PromiseJobDependencies extends Pick<WorkerDependencies, 'onMoodChange' | 'analytics' | 'analyticsEvents'> {
  moods: Pick<WorkerDependencies['moods'], 'expire'>;
  outbox: Pick<OutboxStore, 'findEvents' | 'findNotification' | 'confirm' | 'markFailed'>;
  messages: Pick<WorkerDependencies['messages'], 'notify'>;
}

/** A handler for the job of every kind of promise; a missing one does not compile. */
export function createPromiseHandlers(deps: PromiseJobDependencies, sendReply: ReplySender): { [N in PromiseJobName]: JobHandler<N> } {
  return {
    'send-auto-reply': ({ autoReplyId }, { signal }) => sendReply(autoReplyId, signal),
    'expire-mood': createExpireMoodJob(deps),
    'emit-events': createEmitEventsJob(deps),
    'deliver-notification': createDeliverNotificationJob(deps),
  };
}

/**
 * For promises with `confirmedBy: 'handler'`: runs the effect and confirms them. When it failed and nobody will retry it, they are marked
 * as failed.
 */
async function keep(
  outbox: PromiseJobDependencies['outbox'],
  ids: readonly string[],
  { lastAttempt }: JobContext,
  effect: () => Promise<void>,
): Promise<void> {
  try {
    await effect();
  } catch (error) {
    if (lastAttempt || error instanceof RefusedByService) await outbox.markFailed(ids);
    throw error;
  }
  await outbox.confirm(ids);
}

/** Resets a mood that has ended, unless a newer one is in place. */
function createExpireMoodJob(deps: PromiseJobDependencies): JobHandler<'expire-mood'> {
  return async ({ modelId, version }, { signal }) => {
    for (;;) {
      const outcome = await deps.moods.expire(modelId, version);
      switch (outcome.kind) {
        case 'reset':
          deps.onMoodChange('system', 'neutral');
          return { kind: 'done', result: 'reset' };
        case 'superseded':
          return { kind: 'cancel', reason: 'superseded' };
        case 'not_due': {
          const next = await waitOrLater(outcome.remainingMs, signal);
          if (next !== 'again') return next;
        }
      }
    }
  };
}

/** The idempotency key of a batch: the same events have the same key, whatever job they are in. */
function batchKey(ids: readonly string[]): string {
  return `events-${createHash('sha256')
    .update([...ids].sort().join(','))
    .digest('hex')
    .slice(0, 32)}`;
}

/**
 * Sends a batch of events to analytics, those that ANALYTICS_EVENTS names. Events that were confirmed before are no longer in the outbox, and
 * are skipped.
 */
function createEmitEventsJob(deps: PromiseJobDependencies): JobHandler<'emit-events'> {
  return async ({ eventIds }, context) => {
    const events = await deps.outbox.findEvents(eventIds);
    if (events.length === 0) return { kind: 'cancel', reason: 'told already' };
    const ids = events.map((event) => event.id);
    const told = events.flatMap(toAnalyticsEvents).filter(({ eventType }) => deps.analyticsEvents.includes(eventType));
    await keep(deps.outbox, ids, context, async () => {
      for (let from = 0; from < told.length; from += eventsPerCall) {
        const some = told.slice(from, from + eventsPerCall);
        await deps.analytics.trackEvents(some, batchKey(some.map(({ eventId }) => eventId)));
      }
    });
    return { kind: 'done', result: `${told.length} events` };
  };
}

/** Notifies a model of what happened to its mood, or an administrator of an alert. */
function createDeliverNotificationJob(deps: PromiseJobDependencies): JobHandler<'deliver-notification'> {
  return async ({ notificationId }, context) => {
    const notification = await deps.outbox.findNotification(notificationId);
    if (notification === null) return { kind: 'cancel', reason: 'told already' };
    const { id, type } = notification;
    const [recipientId, text] =
      notification.type === 'abuse_alert'
        ? [notification.recipientId, alertText(notification)]
        : [notification.modelId, notificationText(notification)];
    await keep(deps.outbox, [id], context, () => deps.messages.notify({ recipientId, type, text }, id));
    return { kind: 'done' };
  };
}
