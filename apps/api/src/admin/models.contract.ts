import { modelDetailsSchema } from '@mood/contract/model-details';
import { namesQuerySchema, namesSchema } from '@mood/contract/people';
import { listedModelSchema, modelPageQuerySchema, modelPageSchema } from '@mood/contract/moderation';
import { moodSchema } from '@mood/contract/moods';
import { createRoute } from '@hono/zod-openapi';
import type { ModelDetails, ModelPage } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, extending, json } from '../http/contract.ts';
import { modelParams, toMoodBody, toVersionedMoodBody } from '../moods/moods.contract.ts';
import { toChangesLeftBody, toStandingBody } from '../moods/own-mood.contract.ts';
import { toAlertBody } from './alerts.contract.ts';

export const moderators: Access = { roles: ['admin'], refusal: 'Only administrators see the moods of all models.' };

extending(listedModelSchema, moodSchema);

export const listModelsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/models',
  operationId: 'listModels',
  tags: ['Overrides'],
  summary: 'List the moods of models',
  description:
    'For administrators. Every model that has ever set a mood, with the mood that counts now, the last changed first. A model whose mood changes moves to the front: a page that is read later may lack it, and none comes twice for that reason.',
  ...openTo(moderators),
  request: {
    query: modelPageQuerySchema,
  },
  responses: {
    200: { description: 'A page of models.', content: json(modelPageSchema) },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.tooMuch,
    ...commonErrors,
  },
});

export function toModelPageBody({ models, nextCursor }: ModelPage): z.input<typeof modelPageSchema> {
  return {
    models: models.map(({ mood, changedBy, changes, heldUntil }) => ({
      ...toMoodBody(mood),
      changedBy,
      changes: toChangesLeftBody(changes),
      heldUntil: heldUntil?.toISOString() ?? null,
    })),
    nextCursor,
  };
}

export const readModelRoute = createRoute({
  method: 'get',
  path: '/admin/mood/models/{modelId}',
  operationId: 'readModel',
  tags: ['Overrides'],
  summary: 'Read where a model stands',
  description:
    'For administrators: the mood that counts now with its version, what is left of its changes, a hold, its terms, its last transitions, what it was told, and alerts about it. Nothing sealed is opened.',
  ...openTo(moderators),
  request: { params: modelParams },
  responses: {
    200: { description: 'The model.', content: json(modelDetailsSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...commonErrors,
  },
});

export function toModelDetailsBody({
  displayName,
  mood,
  transitions,
  alerts,
  ...standing
}: ModelDetails): z.input<typeof modelDetailsSchema> {
  return {
    displayName,
    mood: toVersionedMoodBody(mood),
    ...toStandingBody(standing),
    transitions: transitions.map(
      ({ id, version, previousState, moodState, changedBy, adminUserId, heldUntil, holdEndedAt, changedAt, recordedAt }) => ({
        id,
        version,
        previousState,
        newState: moodState,
        changedBy,
        adminUserId,
        heldUntil: heldUntil?.toISOString() ?? null,
        holdEndedAt: holdEndedAt?.toISOString() ?? null,
        changedAt: changedAt.toISOString(),
        recordedAt: recordedAt.toISOString(),
      }),
    ),
    alerts: alerts.map(toAlertBody),
  };
}

export const readNamesRoute = createRoute({
  method: 'get',
  path: '/admin/mood/people',
  operationId: 'readNames',
  tags: ['Overrides'],
  summary: 'Name people whose IDs are known',
  description:
    'For administrators: display names of those whose IDs stand in other answers. They are remembered for minutes. Each ID counts against the limit as a request of its own.',
  ...openTo(moderators),
  request: { query: namesQuerySchema },
  responses: {
    200: { description: 'Who has a name.', content: json(namesSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});
