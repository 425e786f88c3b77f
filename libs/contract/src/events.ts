import { moodStates, userTiers } from '@mood/domain/vocabulary';
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
export const analyticsEventSchema = z.looseObject({ ...base, eventType: z.string().min(1).max(100) });

export const eventBatchSchema = z.object({
  events: z.array(analyticsEventSchema).min(1, 'expected 1 to 100 events').max(100, 'expected 1 to 100 events'),
});

export const moodChangedEventSchema = z
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

export const autoReplySentEventSchema = z
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

/** What this system tells the analytics service. */
export const sentEventSchema = z.discriminatedUnion('eventType', [moodChangedEventSchema, autoReplySentEventSchema]);
export type SentEvent = z.output<typeof sentEventSchema>;
