import { createRoute, z } from '@hono/zod-openapi';
import { fieldWithDefault, maxResponseDelaySeconds, optionalField } from '@mood/domain';
import type { HistoryPage, Mood } from '@mood/domain';
import { everyone, openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import {
  commonErrors,
  badRequest,
  demoIds,
  errorAnswers,
  tooManySchema,
  idSchema,
  instantSchema,
  modelIdSchema,
  pageQuery,
  timestampSchema,
} from '../http/contract.ts';
import { degradedHeader } from '../http/degraded.ts';
import { readHistoryCursor, toHistoryCursor } from './history-cursor.ts';
import { moodStateSchema } from './mood-schemas.ts';

export const models: Access = { roles: ['model'], refusal: 'Only models can set a mood, and only their own.' };

const delayProblem = `expected a whole number of seconds from 0 to ${maxResponseDelaySeconds}`;

/** An update replaces the whole state: what is left out takes its default. */
export const moodUpdateSchema = z
  .strictObject({
    modelId: optionalField(idSchema).openapi({
      description: 'Your own ID, for those who send it. Another one is refused with 403 `UNAUTHORIZED`.',
    }),
    moodState: moodStateSchema,
    customMessage: z
      .string('expected text or null')
      .nullable()
      .default(null)
      .openapi({ description: 'Up to 200 Unicode code points of plain text. No contact data, no links.', example: 'Feeling great today!' }),
    autoRespond: fieldWithDefault(z.boolean('expected true or false'), false),
    responseDelay: fieldWithDefault(z.int(delayProblem).min(0, delayProblem).max(maxResponseDelaySeconds, delayProblem), 0).openapi({
      description: 'Seconds between a user’s message and its automatic reply.',
      example: 30,
    }),
    expiresAt: instantSchema
      .nullable()
      .default(null)
      .openapi({
        type: ['string', 'null'],
        format: 'date-time',
        default: null,
        description: 'When the mood ends. In the future, or null for never.',
      }),
  })
  .openapi('MoodUpdate');

export const moodSchema = z
  .object({
    modelId: z.uuid().openapi({ example: demoIds.sophia }),
    moodState: moodStateSchema,
    customMessage: z.string().nullable().openapi({ example: 'Feeling great today!' }),
    autoRespond: z.boolean(),
    responseDelay: z.int().min(0).max(maxResponseDelaySeconds),
    expiresAt: timestampSchema.nullable().openapi({ example: null }),
    lastUpdated: timestampSchema,
    updatedBy: z.enum(['model', 'admin']),
  })
  .openapi('Mood');

const historySchema = z
  .object({
    history: z.array(
      z.object({
        moodState: moodStateSchema,
        changedAt: timestampSchema.openapi({ description: 'When it took effect: a reset, when the mood ended.' }),
        recordedAt: timestampSchema.openapi({ description: 'When it was written: later than `changedAt` for a reset that came late.' }),
        changedBy: z.enum(['model', 'admin', 'system']).openapi({ description: '`system`: the mood expired.' }),
        previousState: moodStateSchema.nullable(),
        customMessage: z.string().nullable().openapi({
          description: 'Shown to the model itself, and to administrators with the scope `audit:read`, which is recorded. Others read null.',
        }),
      }),
    ),
    total: z.int().min(0),
    limit: z.int(),
    offset: z.int(),
    next: z.string().nullable().openapi({
      description: 'For `before`: the page after this one, whatever is added meanwhile. null: there are no more.',
      example: 'aGlzdG9yeToxMjM',
    }),
  })
  .openapi('MoodHistory');

const cursorProblem = 'expected `next` of the page before, as it was answered';

export const modelParams = z.object({
  modelId: modelIdSchema.openapi({ param: { name: 'modelId', in: 'path' } }),
});

export const getMoodRoute = createRoute({
  method: 'get',
  path: '/mood/{modelId}',
  operationId: 'getMood',
  tags: ['Moods'],
  summary: 'Get a model’s mood',
  description: 'The mood that counts now. A mood whose time is over reads as neutral.',
  ...openTo(everyone),
  request: { params: modelParams },
  responses: {
    200: { description: 'The mood.', headers: degradedHeader, content: { 'application/json': { schema: moodSchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.modelNotFound,
    ...commonErrors,
  },
});

/** Ids per request of a page of models. */
const maxModelsPerPage = 100;

export const getMoodsRoute = createRoute({
  method: 'get',
  path: '/moods',
  operationId: 'getMoods',
  tags: ['Moods'],
  summary: 'Get the moods of a page of models',
  description:
    'Up to 100 models in one request, in the order asked for. IDs that no performer has are listed in `notFound`. Each ID counts as one request in the limit of requests per minute.',
  ...openTo(everyone),
  request: {
    query: z.strictObject({
      modelIds: z
        .string('expected IDs separated by commas')
        .transform((text) => text.split(',').map((id) => id.trim()))
        .pipe(z.array(idSchema).min(1).max(maxModelsPerPage, `expected at most ${maxModelsPerPage} IDs`))
        .openapi({
          type: 'string',
          param: { name: 'modelIds', in: 'query', description: '1 to 100 IDs of performers, separated by commas.' },
          example: `${demoIds.sophia},${demoIds.elena}`,
        }),
    }),
  },
  responses: {
    200: {
      description: 'The moods.',
      headers: degradedHeader,
      content: {
        'application/json': { schema: z.object({ moods: z.array(moodSchema), notFound: z.array(z.uuid()) }).openapi('MoodPage') },
      },
    },
    ...errorAnswers.badRequest,
    ...commonErrors,
  },
});

const rateLimitHeaders = {
  'RateLimit-Policy': { description: 'The allowance: 50 changes in a rolling 3600 seconds.', schema: { type: 'string' } },
  RateLimit: { description: 'What is left (`r`) and in how many seconds more becomes free (`t`).', schema: { type: 'string' } },
} as const;

export const updateMoodRoute = createRoute({
  method: 'post',
  path: '/mood/update',
  operationId: 'updateMood',
  tags: ['Moods'],
  summary: 'Set my mood',
  description: 'For models. Replaces the whole state of the model whose token this is. At most 50 changes in a rolling hour.',
  ...openTo(models),
  request: { body: { required: true, content: { 'application/json': { schema: moodUpdateSchema } } } },
  responses: {
    200: { description: 'The new mood.', headers: rateLimitHeaders, content: { 'application/json': { schema: moodSchema } } },
    ...commonErrors,
    429: {
      description:
        'More than 50 changes in the last hour (`RATE_LIMIT_EXCEEDED`), or too many requests in a minute (`TOO_MANY_REQUESTS`). `Retry-After` is set.',
      headers: rateLimitHeaders,
      content: { 'application/json': { schema: tooManySchema } },
    },
    ...errorAnswers.held,
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_CUSTOM_MESSAGE', 'INVALID_RESPONSE_DELAY', 'INVALID_EXPIRES_AT'),
    ...errorAnswers.termsNotAccepted,
    ...errorAnswers.modelNotFound,
    ...errorAnswers.notJson,
  },
});

export const getHistoryRoute = createRoute({
  method: 'get',
  path: '/mood/{modelId}/history',
  operationId: 'getMoodHistory',
  tags: ['Moods'],
  summary: 'Get a model’s mood history',
  description:
    'Newest first. Changes that are made meanwhile shift pages by `offset`; pages by `before` never repeat or leave out a change. Past messages are sealed: the model itself sees them, and an administrator with the scope `audit:read`, which is recorded; others read null.',
  ...openTo(everyone),
  request: {
    params: modelParams,
    query: z.strictObject({
      ...pageQuery(100, 20),
      before: z
        .string()
        .max(100, cursorProblem)
        .refine((cursor) => readHistoryCursor(cursor) !== null, cursorProblem)
        .optional()
        .openapi({ description: '`next` of the page before. `offset` counts from there.' }),
    }),
  },
  responses: {
    200: { description: 'A page of the history.', content: { 'application/json': { schema: historySchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.modelNotFound,
    ...commonErrors,
  },
});

export function toMoodBody(mood: Mood): z.input<typeof moodSchema> {
  return {
    modelId: mood.modelId,
    moodState: mood.moodState,
    customMessage: mood.customMessage,
    autoRespond: mood.autoRespond,
    responseDelay: mood.responseDelay,
    expiresAt: mood.expiresAt?.toISOString() ?? null,
    lastUpdated: mood.lastUpdated.toISOString(),
    updatedBy: mood.updatedBy,
  };
}

export function toHistoryBody(result: HistoryPage, page: { limit: number; offset: number }): z.input<typeof historySchema> {
  return {
    history: result.history.map((transition) => ({
      moodState: transition.moodState,
      changedAt: transition.changedAt.toISOString(),
      recordedAt: transition.recordedAt.toISOString(),
      changedBy: transition.changedBy,
      previousState: transition.previousState,
      customMessage: transition.customMessage,
    })),
    total: result.total,
    ...page,
    next: result.next === null ? null : toHistoryCursor(result.next),
  };
}
