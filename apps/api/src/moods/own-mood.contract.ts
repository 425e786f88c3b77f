import { ownMoodSchema, recentMoodsSchema } from '@mood/contract/own-mood';
import { createRoute } from '@hono/zod-openapi';
import { currentTerms, notificationText } from '@mood/domain';
import type { ChangesLeft, Mood, ModelStanding, RecentMood } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';
import { toVersionedMoodBody } from './moods.contract.ts';

export const ownModels: Access = { roles: ['model'], refusal: 'Only models have a mood of their own.' };

export const getOwnMoodRoute = createRoute({
  method: 'get',
  path: '/mood/me',
  operationId: 'getOwnMood',
  tags: ['Moods'],
  summary: 'Get my mood, allowance, hold and terms',
  description:
    'For models: the mood of the model whose token this is, what is left of its 50 changes an hour and when more becomes free, whether an override holds, the terms, and what others did to the mood. Asking uses up no change.',
  ...openTo(ownModels),
  responses: {
    200: { description: 'The mood, and the model’s standing.', content: json(ownMoodSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...commonErrors,
  },
});

export const getRecentMoodsRoute = createRoute({
  method: 'get',
  path: '/mood/recent',
  operationId: 'getRecentMoods',
  tags: ['Moods'],
  summary: 'Get my recent moods',
  description:
    'For models: the moods that the model set itself lately, without their ends, to set one of them again. Its messages are unsealed for itself alone. What administrators set, and ends of moods, are not among them.',
  ...openTo(ownModels),
  responses: {
    200: { description: 'The moods, newest first.', content: json(recentMoodsSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

export function toRecentMoodsBody(moods: readonly RecentMood[]): z.input<typeof recentMoodsSchema> {
  return { moods: moods.map((mood) => ({ ...mood, lastUsedAt: mood.lastUsedAt.toISOString() })) };
}

export const toChangesLeftBody = ({ limit, remaining, moreAt }: ChangesLeft) => ({
  limit,
  remaining,
  moreAt: moreAt?.toISOString() ?? null,
});

export const toOwnMoodBody = (own: ModelStanding & { mood: Mood }): z.input<typeof ownMoodSchema> => ({
  mood: toVersionedMoodBody(own.mood),
  ...toStandingBody(own),
});

/** All of it but the mood. */
export function toStandingBody(own: ModelStanding): Omit<z.input<typeof ownMoodSchema>, 'mood'> {
  return {
    changes: toChangesLeftBody(own.changes),
    heldUntil: own.heldUntil?.toISOString() ?? null,
    terms: { version: currentTerms.version, acceptedAt: own.termsAcceptedAt?.toISOString() ?? null },
    notices: own.notices.map(({ type, at, previousState, newState, holdEnded }) => ({
      type,
      at: at.toISOString(),
      previousState,
      newState,
      holdEnded,
      text: notificationText({ type, reasonCode: 'not_kept', previousState, newState, holdEnded }),
    })),
  };
}
