import type { OutboxEvent } from '@mood/domain';

/** The kinds of promises that are events for the analytics service. */
export const eventKinds = [
  'mood-changed',
  'auto-reply-sent',
  'auto-reply-engaged',
  'mood-limit-reached',
  'terms-accepted',
  'template-changed',
  'message-rendered',
  'abuse-alert',
] as const satisfies OutboxEvent['kind'][];

type Payload<Event extends OutboxEvent> = Omit<Event, 'id' | 'modelId' | 'kind'>;

/** What functions, triggers and statements write into the outbox. */
type EventPayload = { [Event in OutboxEvent as Event['kind']]: { kind: Event['kind']; payload: Payload<Event> } }[OutboxEvent['kind']];

export type EventRow = { id: string; model_id: string } & EventPayload;

const instant = (text: string) => new Date(text).toISOString();

/** Field by field: payloads may hold more, which is not for analytics. */
export function toEvent(row: EventRow): OutboxEvent {
  const { id, kind, payload } = row;
  if (kind === 'message-rendered') return { id, kind, messages: payload.messages };
  const timestamp = instant(payload.timestamp);
  const base = { id, modelId: row.model_id, timestamp };
  switch (kind) {
    case 'mood-changed': {
      const { version, previousState, newState, changedBy } = payload;
      // A release before did not write these.
      const { reasonCode, recordedAt }: Partial<typeof payload> = payload;
      const change = { version, previousState, newState, changedBy, reasonCode: reasonCode ?? null };
      return { ...base, kind, ...change, recordedAt: instant(recordedAt ?? timestamp) };
    }
    case 'auto-reply-sent': {
      const { autoReplyId, conversationId, moodState, tierLevel, templateId, templateVersion, experiment } = payload;
      return { ...base, kind, autoReplyId, conversationId, moodState, tierLevel, templateId, templateVersion, experiment };
    }
    case 'auto-reply-engaged': {
      const { autoReplyId, conversationId, sentAt } = payload;
      return { ...base, kind, autoReplyId, conversationId, sentAt: instant(sentAt) };
    }
    case 'mood-limit-reached':
      return { ...base, kind };
    case 'terms-accepted':
      return { ...base, kind, termsVersion: payload.termsVersion };
    case 'abuse-alert': {
      const { alertId, rule, count, threshold } = payload;
      return { ...base, kind, alertId, rule, count, threshold };
    }
    case 'template-changed': {
      const { templateId, templateVersion, templateType, moodState, tierLevel, locale, active } = payload;
      return { id, timestamp, kind, templateId, templateVersion, templateType, moodState, tierLevel, locale, active };
    }
  }
}
