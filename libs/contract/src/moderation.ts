import { maxHoldMinutes, overrideReasonCodes } from '@mood/domain/vocabulary';
import { z } from 'zod';
import {
  answeredIdSchema,
  changedBySchema,
  described,
  flagSchema,
  limitField,
  modelIdSchema,
  moodStateSchema,
  cursorField,
  timestampSchema,
} from './fields.ts';
import { moodSchema, moodUpdateSchema } from './moods.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';
import { changesLeftSchema, heldUntilSchema } from './own-mood.ts';
import { reasonSchema } from './reason.ts';

const holdProblem = `expected a whole number of minutes from 0 to ${maxHoldMinutes}`;

/** How an administrator sets the mood of a model. The response delay stays what it was. */
export const moodOverrideSchema = moodUpdateSchema
  .omit({ responseDelay: true, expectedVersion: true })
  .extend({
    modelId: optionalField(modelIdSchema).meta({
      description: 'The model of the path, for those who send it. Another one is refused with 400.',
    }),
    reason: reasonSchema.meta({
      description: 'Why, for the audit log. The model does not see it.',
      example: 'The message named another site.',
    }),
    reasonCode: fieldWithDefault(z.enum(overrideReasonCodes, `expected one of ${overrideReasonCodes.join(', ')}`), 'other').meta({
      description: 'Decides about the words that the model gets.',
    }),
    holdMinutes: fieldWithDefault(z.int(holdProblem).min(0, holdProblem).max(maxHoldMinutes, holdProblem), 0).meta({
      description: 'For so long the model’s own updates are answered with 409 `MOOD_HELD`. 0 ends an earlier hold.',
    }),
  })
  .meta({ id: 'MoodOverride' });

export const overriddenMoodSchema = z
  .object({
    modelId: answeredIdSchema,
    moodState: moodStateSchema,
    lastUpdated: timestampSchema,
    updatedBy: z.literal('admin'),
    adminReason: z.string(),
    heldUntil: timestampSchema.optional().meta({ description: 'Until then the model cannot change it. Only with `holdMinutes`.' }),
  })
  .meta({ id: 'OverriddenMood' });

const prefixProblem = 'expected how the ID of a model begins, for example 0198c5a0. Names are known to the Performer Service alone';

/** How a UUID can begin, with its dashes where they belong. */
const uuidBeginning = new RegExp(
  `^${[8, 4, 4, 4, 12].reduceRight((rest, digits) => `(?:[0-9a-f]{1,${digits - 1}}|[0-9a-f]{${digits}}${rest === '' ? '' : `(?:-${rest}?)?`})`, '')}?$`,
);

export const modelPageQuerySchema = z.strictObject({
  moodState: described(moodStateSchema.optional(), 'Only models in this mood.'),
  changedBy: changedBySchema.optional().meta({ description: 'Only models whose last change was made so.' }),
  atLimit: flagSchema
    .transform((text) => text === 'true')
    .optional()
    .meta({
      type: 'string',
      enum: ['true', 'false'],
      description: 'Only models that have used up their 50 changes an hour, or that have not.',
    }),
  q: z
    .string(prefixProblem)
    .trim()
    .toLowerCase()
    .min(1, prefixProblem)
    .max(36, prefixProblem)
    .regex(uuidBeginning, prefixProblem)
    .optional()
    .meta({
      type: 'string',
      description: 'How the model’s ID begins. Names are not known here: look the ID up in the Performer Service.',
      example: '0198c5a0',
    }),
  limit: limitField(100, 50),
  cursor: cursorField(200, ', with the same filters'),
});

export const listedModelSchema = moodSchema
  .extend({
    changedBy: changedBySchema.meta({ description: 'Who made the last change. `system`: the mood before has ended.' }),
    changes: changesLeftSchema,
    heldUntil: heldUntilSchema,
  })
  .meta({ id: 'ListedModel' });

export const modelPageSchema = z
  .object({
    models: z.array(listedModelSchema),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
  })
  .meta({
    id: 'ModelPage',
    example: {
      models: [
        {
          modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
          moodState: 'negative',
          customMessage: null,
          autoRespond: false,
          responseDelay: 0,
          expiresAt: null,
          lastUpdated: '2026-01-02T15:45:00.000Z',
          updatedBy: 'admin',
          changedBy: 'admin',
          changes: { limit: 50, remaining: 0, moreAt: '2026-01-02T16:05:12.000Z' },
          heldUntil: '2026-01-02T16:45:00.000Z',
        },
      ],
      nextCursor: null,
    },
  });
