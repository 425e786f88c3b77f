import { abuseRules, moodStates, overrideReasonCodes, templateTypes, userTiers } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { changedBySchema, idSchema } from './fields.ts';

const time = z.iso.datetime({ offset: true, error: 'expected an ISO 8601 time' });
const moodState = z.enum(moodStates);

const base = {
  eventId: z.string().min(1).max(200),
  modelId: idSchema,
  /** When it took effect. */
  timestamp: time,
};

/** What every event of the analytics service has, whoever sends it (contract: "Analytics Integration"). `eventId` identifies repeats. */
export const analyticsEventSchema = z.looseObject({
  ...base,
  modelId: base.modelId.nullable().meta({ description: 'null for what is about no model.' }),
  eventType: z.string().min(1).max(100),
});

export const eventBatchSchema = z.object({
  events: z.array(analyticsEventSchema).min(1, 'expected 1 to 100 events').max(100, 'expected 1 to 100 events'),
});

const moodChangedEventSchema = z
  .object({
    ...base,
    eventType: z.literal('mood_changed'),
    version: z.int().min(1),
    previousState: moodState,
    newState: moodState,
    changedBy: changedBySchema,
    recordedAt: time.meta({ description: 'When it was written: later than `timestamp` for a mood that ended while no worker ran.' }),
  })
  .meta({
    example: {
      eventId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
      eventType: 'mood_changed',
      modelId: 'a0000000-0000-4000-8000-000000000001',
      timestamp: '2026-01-02T15:45:00.000Z',
      version: 7,
      previousState: 'neutral',
      newState: 'positive',
      changedBy: 'model',
      recordedAt: '2026-01-02T15:45:00.000Z',
    },
  });

const autoReplySentEventSchema = z
  .object({
    ...base,
    eventType: z.literal('auto_reply_sent'),
    autoReplyId: z.guid(),
    conversationId: z.string(),
    moodState,
    tierLevel: z.enum(userTiers).nullable(),
    templateId: z.guid().nullable().meta({ description: 'null for a built-in text.' }),
    templateVersion: z.int().min(1).nullable(),
    experiment: z.string().nullable(),
  })
  .meta({
    example: {
      eventId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e',
      eventType: 'auto_reply_sent',
      modelId: 'a0000000-0000-4000-8000-000000000001',
      timestamp: '2026-01-02T15:46:00.000Z',
      autoReplyId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2f',
      conversationId: 'conversation-1',
      moodState: 'positive',
      tierLevel: 'gold',
      templateId: '019b76da-a800-73ca-8f27-947c742b78a0',
      templateVersion: 1,
      experiment: null,
    },
  });

const examples = { eventId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', modelId: 'a0000000-0000-4000-8000-000000000001' };

const moodOverriddenEventSchema = z
  .object({
    ...base,
    eventType: z.literal('mood_overridden'),
    version: z.int().min(1),
    previousState: moodState,
    newState: moodState,
    reasonCode: z.enum(overrideReasonCodes),
  })
  .meta({
    example: {
      eventId: `${examples.eventId}:overridden`,
      eventType: 'mood_overridden',
      modelId: examples.modelId,
      timestamp: '2026-01-02T15:47:00.000Z',
      version: 8,
      previousState: 'positive',
      newState: 'neutral',
      reasonCode: 'policy',
    },
  });

const moodLimitReachedEventSchema = z
  .object({
    ...base,
    eventType: z.literal('mood_limit_reached'),
    limit: z.int().min(1).meta({ description: 'Changes in a rolling window.' }),
    windowMinutes: z.int().min(1),
  })
  .meta({
    example: {
      ...examples,
      eventType: 'mood_limit_reached',
      timestamp: '2026-01-02T15:48:00.000Z',
      limit: 50,
      windowMinutes: 60,
    },
  });

const autoReplyEngagedEventSchema = z
  .object({
    ...base,
    eventType: z.literal('auto_reply_engaged'),
    autoReplyId: z.guid(),
    conversationId: z.string(),
    sentAt: time.meta({ description: 'When the reply was sent; `timestamp` is when the user wrote again.' }),
  })
  .meta({
    example: {
      ...examples,
      eventType: 'auto_reply_engaged',
      timestamp: '2026-01-02T15:49:00.000Z',
      autoReplyId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2f',
      conversationId: 'conversation-1',
      sentAt: '2026-01-02T15:46:00.000Z',
    },
  });

const usedTemplate = { templateId: z.guid(), templateVersion: z.int().min(1), templateType: z.enum(templateTypes), moodState };

const messageRenderedEventSchema = z
  .object({
    ...base,
    eventType: z.literal('message_rendered'),
    ...usedTemplate,
    count: z.int().min(1).meta({ description: 'Messages that one process made within some seconds. `timestamp` is that of the last one.' }),
  })
  .meta({
    example: {
      ...examples,
      eventId: `${examples.eventId}:0`,
      eventType: 'message_rendered',
      timestamp: '2026-01-02T15:50:00.000Z',
      templateId: '019b76da-a800-73ca-8f27-947c742b78a0',
      templateVersion: 1,
      templateType: 'greeting',
      moodState: 'positive',
      count: 3,
    },
  });

const templateChangedEventSchema = z
  .object({
    ...base,
    modelId: z.null().meta({ description: 'Templates belong to no model.' }),
    eventType: z.literal('template_changed'),
    ...usedTemplate,
    tierLevel: z.enum(userTiers).nullable(),
    locale: z.string().nullable(),
    active: z.boolean(),
  })
  .meta({
    example: {
      eventId: examples.eventId,
      eventType: 'template_changed',
      modelId: null,
      timestamp: '2026-01-02T15:51:00.000Z',
      templateId: '019b76da-a800-73ca-8f27-947c742b78a0',
      templateVersion: 2,
      templateType: 'greeting',
      moodState: 'positive',
      tierLevel: null,
      locale: 'fr',
      active: true,
    },
  });

export const termsAcceptedEventSchema = z.object({ ...base, eventType: z.literal('terms_accepted'), termsVersion: z.string() }).meta({
  example: { ...examples, eventType: 'terms_accepted', timestamp: '2026-01-02T15:44:00.000Z', termsVersion: '2026-01' },
});

const abuseAlertEventSchema = z
  .object({
    ...base,
    eventType: z.literal('abuse_alert'),
    alertId: z.guid(),
    rule: z.enum(abuseRules),
    count: z.int().min(1).meta({ description: 'How many there were in the hour before.' }),
    threshold: z.int().min(1),
  })
  .meta({
    example: {
      ...examples,
      eventType: 'abuse_alert',
      timestamp: '2026-01-02T15:52:00.000Z',
      alertId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c30',
      rule: 'content_refusals',
      count: 12,
      threshold: 10,
    },
  });

/** What this system tells the analytics service. */
export const sentEventSchema = z.discriminatedUnion('eventType', [
  moodChangedEventSchema,
  moodOverriddenEventSchema,
  moodLimitReachedEventSchema,
  autoReplySentEventSchema,
  autoReplyEngagedEventSchema,
  messageRenderedEventSchema,
  templateChangedEventSchema,
  termsAcceptedEventSchema,
  abuseAlertEventSchema,
]);
export type SentEvent = z.output<typeof sentEventSchema>;
