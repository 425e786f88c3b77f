import { z } from 'zod';
import { alertSchema } from './alerts.ts';
import { answeredIdSchema, changedBySchema, moodStateSchema, timestampSchema } from './fields.ts';
import { holdEndedAtSchema, versionedMoodSchema } from './moods.ts';
import { ownMoodSchema } from './own-mood.ts';

const { changes, heldUntil, terms, notices } = ownMoodSchema.shape;

/** One model, as administrators see it. */
export const modelDetailsSchema = z
  .object({
    displayName: z.string().nullable().meta({
      description: 'From the Performer Service; null when it has none, or does not answer.',
      example: 'Sophia',
    }),
    mood: versionedMoodSchema,
    changes,
    heldUntil,
    terms,
    transitions: z
      .array(
        z.object({
          id: answeredIdSchema.meta({ description: 'Of the row in the audit log.' }),
          version: z.int().min(1),
          previousState: moodStateSchema.nullable(),
          newState: moodStateSchema,
          changedBy: changedBySchema,
          adminUserId: answeredIdSchema.nullable(),
          heldUntil: timestampSchema.nullable().meta({ description: 'Until when the override holds; null: not at all.' }),
          holdEndedAt: holdEndedAtSchema,
          changedAt: timestampSchema.meta({ description: 'When it took effect: a reset, when the mood ended.' }),
          recordedAt: timestampSchema,
        }),
      )
      .meta({
        description: 'The last 20, newest first, without what is sealed: the audit log opens that for who may read it, and records it.',
      }),
    notices,
    alerts: z.array(alertSchema).meta({ description: 'The last 20 alerts on abuse about the model, newest first.' }),
  })
  .meta({ id: 'ModelDetails' });
