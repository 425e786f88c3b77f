import type { SentEvent } from '@mood/contract/events';
import { hourlyChangeLimit } from '@mood/domain';
import type { OutboxEvent } from '@mood/domain';

/**
 * What the analytics service is told of a promise (contract: "Analytics Integration"). An id is made of the promise's: it is the same when the
 * event comes again.
 */
export function toAnalyticsEvents(event: OutboxEvent): SentEvent[] {
  const { id: eventId, kind } = event;
  switch (kind) {
    case 'mood-changed': {
      const { id: _, kind: __, reasonCode, ...details } = event;
      const changed: SentEvent = { eventId, eventType: 'mood_changed', ...details };
      if (event.changedBy !== 'admin') return [changed];
      const { modelId, timestamp, version, previousState, newState } = event;
      const override = { version, previousState, newState, reasonCode: reasonCode ?? 'other' };
      return [changed, { eventId: `${eventId}:overridden`, eventType: 'mood_overridden', modelId, timestamp, ...override }];
    }
    case 'auto-reply-sent': {
      const { id: _, kind: __, ...details } = event;
      return [{ eventId, eventType: 'auto_reply_sent', ...details }];
    }
    case 'auto-reply-engaged': {
      const { id: _, kind: __, ...details } = event;
      return [{ eventId, eventType: 'auto_reply_engaged', ...details }];
    }
    case 'mood-limit-reached': {
      const { modelId, timestamp } = event;
      return [{ eventId, eventType: 'mood_limit_reached', modelId, timestamp, limit: hourlyChangeLimit, windowMinutes: 60 }];
    }
    case 'terms-accepted': {
      const { id: _, kind: __, ...details } = event;
      return [{ eventId, eventType: 'terms_accepted', ...details }];
    }
    case 'abuse-alert': {
      const { id: _, kind: __, ...details } = event;
      return [{ eventId, eventType: 'abuse_alert', ...details }];
    }
    case 'template-changed': {
      const { id: _, kind: __, ...details } = event;
      return [{ eventId, eventType: 'template_changed', modelId: null, ...details }];
    }
    case 'message-rendered':
      return event.messages.map((message, nth) => ({ eventId: `${eventId}:${nth}`, eventType: 'message_rendered', ...message }));
  }
}
