import { createHash } from 'node:crypto';
import { RefusedByService } from '@mood/domain';
import type { AnalyticsEvent, OutboxEvent } from '@mood/domain';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';

/** Contract: "Analytics Integration". */
function toAnalyticsEvent(event: OutboxEvent): AnalyticsEvent {
  const { id: eventId, kind, ...details } = event;
  switch (kind) {
    case 'mood-changed':
      return { eventId, eventType: 'mood_changed', ...details };
    case 'auto-reply-sent':
      return { eventId, eventType: 'auto_reply_sent', ...details };
  }
}

/** The same events have the same key, in whatever job they come. */
function batchKey(ids: readonly string[]): string {
  return `events-${createHash('sha256')
    .update([...ids].sort().join(','))
    .digest('hex')
    .slice(0, 32)}`;
}

/** Tells analytics of a batch of events. Those it has been told of already are gone from the outbox. */
export function createEmitEventsJob(deps: WorkerDependencies): JobHandler<'emit-events'> {
  return async ({ eventIds }, { lastAttempt }) => {
    const events = await deps.outbox.findEvents(eventIds);
    if (events.length === 0) return { kind: 'cancel', reason: 'told already' };
    const ids = events.map((event) => event.id);
    try {
      await deps.analytics.trackEvents(events.map(toAnalyticsEvent), batchKey(ids));
    } catch (error) {
      if (lastAttempt || error instanceof RefusedByService) await deps.outbox.markFailed(ids);
      throw error;
    }
    await deps.outbox.confirm(ids);
    return { kind: 'done', result: `${ids.length} events` };
  };
}
