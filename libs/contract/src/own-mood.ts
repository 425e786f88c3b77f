import { currentTerms, maxResponseDelaySeconds } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { instantSchema, moodStateSchema, timestampSchema } from './fields.ts';
import { expectedVersionSchema, versionedMoodSchema } from './moods.ts';

export const changesLeftSchema = z
  .object({
    limit: z.int().meta({ description: 'Changes in a rolling hour.', example: 50 }),
    remaining: z.int().min(0).meta({ example: 47 }),
    moreAt: timestampSchema.nullable().meta({ description: 'When one more becomes free; null when none is used.' }),
  })
  .meta({ id: 'ChangesLeft' });

export const heldUntilSchema = timestampSchema
  .nullable()
  .meta({ description: 'Until then an administrator’s override keeps the model from changing its mood; null: it may.' });

export const moodNoticeSchema = z
  .object({
    type: z.enum(['mood_overridden', 'mood_expired']),
    at: timestampSchema.meta({ description: 'When it took effect.' }),
    previousState: moodStateSchema,
    newState: moodStateSchema,
    holdEnded: z.boolean().meta({
      description: 'Of an override: it ended an earlier hold before its time, so the model can change its mood again.',
      example: false,
    }),
    text: z.string().meta({ description: 'In words for the model.', example: 'Your mood has ended as you planned and is neutral again.' }),
  })
  .meta({ id: 'MoodNotice' });

/** Where a model stands. */
export const ownMoodSchema = z
  .object({
    mood: versionedMoodSchema,
    changes: changesLeftSchema,
    heldUntil: heldUntilSchema,
    terms: z.object({
      version: z.string().meta({ description: 'Of the current terms.', example: currentTerms.version }),
      acceptedAt: timestampSchema.nullable().meta({ description: 'null: they have to be accepted before the next change.' }),
    }),
    notices: z.array(moodNoticeSchema).meta({
      description:
        'What others did to the mood in the last 30 days, newest first, at most 20: overrides, and ends of moods. From the log of changes; a notification can say more of the reason.',
    }),
  })
  .meta({
    id: 'OwnMood',
    example: {
      mood: {
        modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
        moodState: 'positive',
        customMessage: 'Feeling great today!',
        autoRespond: true,
        responseDelay: 30,
        expiresAt: null,
        lastUpdated: '2026-01-02T15:45:00.000Z',
        updatedBy: 'model',
        version: 7,
      },
      changes: { limit: 50, remaining: 47, moreAt: '2026-01-02T16:05:12.000Z' },
      heldUntil: null,
      terms: { version: currentTerms.version, acceptedAt: '2026-01-01T09:00:00.000Z' },
      notices: [
        {
          type: 'mood_expired',
          at: '2026-01-02T12:00:00.000Z',
          previousState: 'negative',
          newState: 'neutral',
          holdEnded: false,
          text: 'Your mood has ended as you planned and is neutral again.',
        },
      ],
    },
  });

/** A later end for the mood that is there. */
export const moodExtensionSchema = z
  .strictObject({
    expiresAt: instantSchema.meta({
      type: 'string',
      format: 'date-time',
      description: 'The new end: later than the present one.',
      example: '2199-01-02T18:00:00.000Z',
    }),
    expectedVersion: expectedVersionSchema,
  })
  .meta({ id: 'MoodExtension' });

/** Moods that a model may want to set again. */
export const recentMoodsSchema = z
  .object({
    moods: z
      .array(
        z.object({
          moodState: moodStateSchema,
          customMessage: z.string().nullable().meta({ example: 'Feeling great today!' }),
          autoRespond: z.boolean(),
          responseDelay: z.int().min(0).max(maxResponseDelaySeconds),
          lastUsedAt: timestampSchema.meta({ description: 'When it was set last.' }),
        }),
      )
      .meta({ description: 'Up to 6 of your last 200 changes, each once, newest first. Those whose message was erased are left out.' }),
  })
  .meta({ id: 'RecentMoods' });
