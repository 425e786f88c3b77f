import { maxResponseDelaySeconds } from '@mood/domain/vocabulary';
import { z } from 'zod';
import {
  answeredIdSchema,
  changedBySchema,
  demoIds,
  idList,
  idSchema,
  instantSchema,
  moodStateSchema,
  pageQuery,
  timestampSchema,
} from './fields.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';

const delayProblem = `expected a whole number of seconds from 0 to ${maxResponseDelaySeconds}`;

const versionProblem = 'expected the version of a mood: 0 or more';

/** `expectedVersion` of a change of a mood. */
export const expectedVersionSchema = optionalField(z.int(versionProblem).min(0, versionProblem).max(2_147_483_647, versionProblem)).meta({
  description:
    'The version of the mood that you change. If it has another one by now, the answer is 409 and nothing is changed. Left out: whichever it has.',
});

/** An update replaces the whole state: what is left out takes its default. */
export const moodUpdateSchema = z
  .strictObject({
    modelId: optionalField(idSchema).meta({
      description: 'Your own ID, for those who send it. Another one is refused with 403 `UNAUTHORIZED`.',
    }),
    moodState: moodStateSchema,
    customMessage: z
      .string('expected text or null')
      .nullable()
      .default(null)
      .meta({ description: 'Up to 200 Unicode code points of plain text. No contact data, no links.', example: 'Feeling great today!' }),
    autoRespond: fieldWithDefault(z.boolean('expected true or false'), false),
    responseDelay: fieldWithDefault(z.int(delayProblem).min(0, delayProblem).max(maxResponseDelaySeconds, delayProblem), 0).meta({
      description: 'Seconds between a user’s message and its automatic reply.',
      example: 30,
    }),
    expiresAt: instantSchema
      .nullable()
      .default(null)
      .meta({
        type: ['string', 'null'],
        format: 'date-time',
        default: null,
        description: 'When the mood ends. In the future, or null for never.',
      }),
    expectedVersion: expectedVersionSchema,
  })
  .meta({ id: 'MoodUpdate' });

export const moodSchema = z
  .object({
    modelId: answeredIdSchema.meta({ example: demoIds.sophia }),
    moodState: moodStateSchema,
    customMessage: z.string().nullable().meta({ example: 'Feeling great today!' }),
    autoRespond: z.boolean(),
    responseDelay: z.int().min(0).max(maxResponseDelaySeconds),
    expiresAt: timestampSchema.nullable().meta({ example: null }),
    lastUpdated: timestampSchema,
    updatedBy: z.enum(['model', 'admin']),
  })
  .meta({ id: 'Mood' });
export type MoodBody = z.output<typeof moodSchema>;

/** The same with its version, by which a change can be made conditional. */
export const versionedMoodSchema = moodSchema
  .extend({
    version: z
      .int()
      .min(0)
      .meta({ description: 'Each change adds one, and so does the end of the mood. 0: no mood was ever set.', example: 7 }),
  })
  .meta({ id: 'VersionedMood' });

/** Ids per request of a page of models. */
export const maxModelsPerPage = 100;

export const moodPageQuerySchema = z.strictObject({
  modelIds: idList('modelIds', maxModelsPerPage, 'performers'),
});

export const moodPageSchema = z.object({ moods: z.array(moodSchema), notFound: z.array(answeredIdSchema) }).meta({ id: 'MoodPage' });

export const cursorProblem = 'expected `next` of the page before, as it was answered';

export const historyQuerySchema = z.strictObject({
  ...pageQuery(100, 20),
  before: z
    .string(cursorProblem)
    .max(100, cursorProblem)
    .optional()
    .meta({ description: '`next` of the page before. `offset` counts from there.' }),
});

/** Of a change that holds: its true end, when it is not the planned one. */
export const holdEndedAtSchema = timestampSchema.nullable().meta({
  description: 'When a later override ended or replaced the hold before `heldUntil`; null: none did, or there is no hold.',
  example: null,
});

export const moodHistorySchema = z
  .object({
    history: z.array(
      z.object({
        moodState: moodStateSchema,
        changedAt: timestampSchema.meta({ description: 'When it took effect: a reset, when the mood ended.' }),
        recordedAt: timestampSchema.meta({ description: 'When it was written: later than `changedAt` for a reset that came late.' }),
        changedBy: changedBySchema.meta({ description: '`system`: the mood expired.' }),
        previousState: moodStateSchema.nullable(),
        heldUntil: timestampSchema.nullable().meta({
          description: 'Of an override that holds: until then the model cannot change its mood. null: it holds nothing.',
          example: null,
        }),
        holdEndedAt: holdEndedAtSchema,
        customMessage: z.string().nullable().meta({
          description: 'Shown to the model itself, and to administrators with the scope `audit:read`, which is recorded. Others read null.',
        }),
      }),
    ),
    total: z.int().min(0),
    limit: z.int(),
    offset: z.int(),
    next: z.string().nullable().meta({
      description: 'For `before`: the page after this one, whatever is added meanwhile. null: there are no more.',
      example: 'aGlzdG9yeToxMjM',
    }),
  })
  .meta({ id: 'MoodHistory' });
