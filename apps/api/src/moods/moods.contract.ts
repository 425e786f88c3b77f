import {
  cursorProblem,
  historyQuerySchema,
  moodHistorySchema,
  moodPageQuerySchema,
  moodPageSchema,
  moodSchema,
  moodUpdateSchema,
  versionedMoodSchema,
} from '@mood/contract/moods';
import { modelIdSchema } from '@mood/contract/fields';
import { moodExtensionSchema } from '@mood/contract/own-mood';
import { createRoute } from '@hono/zod-openapi';
import type { HistoryPage, Mood } from '@mood/domain';
import { z } from 'zod';
import { everyone, openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, extending, json, tooManySchema } from '../http/contract.ts';
import { asOfHeader, degradedHeader } from '../http/contract.ts';
import { readHistoryCursor, toHistoryCursor } from './history-cursor.ts';

export const models: Access = { roles: ['model'], refusal: 'Only models can set a mood, and only their own.' };

export const modelParams = z.object({
  modelId: modelIdSchema.meta({ param: { name: 'modelId', in: 'path' } }),
});

export const getMoodRoute = createRoute({
  method: 'get',
  path: '/mood/{modelId}',
  operationId: 'getMood',
  tags: ['Moods'],
  summary: 'Get a model’s mood',
  description: 'The mood in effect now. A mood that has ended reads as neutral.',
  ...openTo(everyone),
  request: { params: modelParams },
  responses: {
    200: { description: 'The mood.', headers: degradedHeader, content: json(moodSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.modelNotFound,
    ...commonErrors,
  },
});

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
    query: moodPageQuerySchema,
  },
  responses: {
    200: {
      description: 'The moods.',
      headers: degradedHeader,
      content: json(moodPageSchema),
    },
    ...errorAnswers.badRequest,
    ...commonErrors,
  },
});

extending(versionedMoodSchema, moodSchema);

const rateLimitHeaders = {
  'RateLimit-Policy': { description: 'The allowance: 50 changes in a rolling 3600 seconds.', schema: { type: 'string' } },
  RateLimit: { description: 'What is left (`r`) and in how many seconds more becomes free (`t`).', schema: { type: 'string' } },
} as const;

export const versionHeader = 'Mood-Version';
const changeHeaders = {
  ...rateLimitHeaders,
  [versionHeader]: { description: 'The version of the new mood, to make the next change conditional.', schema: { type: 'integer' } },
} as const;

/** How a change by a model is refused, besides 400. */
const changeRefusals = {
  ...commonErrors,
  429: {
    description:
      'More than 50 changes in the last hour (`RATE_LIMIT_EXCEEDED`), or too many requests in a minute (`TOO_MANY_REQUESTS`). `Retry-After` is set.',
    headers: rateLimitHeaders,
    content: json(tooManySchema),
  },
  ...errorAnswers.heldOrChanged,
  ...errorAnswers.updateForbidden,
  ...errorAnswers.modelNotFound,
  ...errorAnswers.notJson,
} as const;

export const updateMoodRoute = createRoute({
  method: 'post',
  path: '/mood/update',
  operationId: 'updateMood',
  tags: ['Moods'],
  summary: 'Set my mood',
  description:
    'For models. Replaces the whole state of the model whose token this is. At most 50 changes in a rolling hour. With `expectedVersion` it replaces the mood of that version alone: to undo a change, for example, and nobody else’s.',
  ...openTo(models),
  request: { body: { required: true, content: json(moodUpdateSchema) } },
  responses: {
    200: { description: 'The new mood.', headers: changeHeaders, content: json(moodSchema) },
    ...changeRefusals,
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_CUSTOM_MESSAGE', 'INVALID_RESPONSE_DELAY', 'INVALID_EXPIRES_AT'),
  },
});

export const extendMoodRoute = createRoute({
  method: 'post',
  path: '/mood/extend',
  operationId: 'extendMood',
  tags: ['Moods'],
  summary: 'Put off the end of my mood',
  description:
    'For models. Everything but the end stays as it is. Counts as a change: of the 50 in a rolling hour, and in the history. A mood that has ended, or has no end, is answered with 409; set one instead.',
  ...openTo(models),
  request: { body: { required: true, content: json(moodExtensionSchema) } },
  responses: {
    200: { description: 'The new mood.', headers: changeHeaders, content: json(versionedMoodSchema) },
    ...changeRefusals,
    ...badRequest('INVALID_EXPIRES_AT'),
  },
});

const { before, ...page } = historyQuerySchema.shape;
const historyQuery = z.strictObject({
  ...page,
  before: before.refine((cursor) => cursor === undefined || readHistoryCursor(cursor) !== null, cursorProblem),
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
    query: historyQuery,
  },
  responses: {
    200: { description: 'A page of the history.', headers: asOfHeader, content: json(moodHistorySchema) },
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

export function toVersionedMoodBody(mood: Mood): z.input<typeof versionedMoodSchema> {
  return { ...toMoodBody(mood), version: mood.version };
}

export function toHistoryBody(result: HistoryPage, page: { limit: number; offset: number }): z.input<typeof moodHistorySchema> {
  return {
    history: result.history.map((transition) => ({
      moodState: transition.moodState,
      changedAt: transition.changedAt.toISOString(),
      recordedAt: transition.recordedAt.toISOString(),
      changedBy: transition.changedBy,
      previousState: transition.previousState,
      heldUntil: transition.heldUntil?.toISOString() ?? null,
      holdEndedAt: transition.holdEndedAt?.toISOString() ?? null,
      customMessage: transition.customMessage,
    })),
    total: result.total,
    ...page,
    next: result.next === null ? null : toHistoryCursor(result.next),
  };
}
