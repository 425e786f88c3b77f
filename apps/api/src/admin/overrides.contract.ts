import { moodOverrideSchema, overriddenMoodSchema } from '@mood/contract/moderation';
import { createRoute } from '@hono/zod-openapi';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';
import { modelParams } from '../moods/moods.contract.ts';

export const overriders: Access = { roles: ['admin'], scope: 'mood:override', refusal: 'Only administrators can set the mood of a model.' };

export const overrideMoodRoute = createRoute({
  method: 'post',
  path: '/admin/mood/{modelId}/update',
  operationId: 'overrideMood',
  tags: ['Overrides'],
  summary: 'Set a model’s mood as an administrator',
  description:
    'For administrators with the scope `mood:override`. Exempt from the hourly limit. The reason and the administrator go into the audit log; the model is told in fixed words, by `reasonCode`. What is left out takes its default, but the response delay stays what it was.',
  ...openTo(overriders),
  request: {
    params: modelParams,
    body: {
      required: true,
      content: json(moodOverrideSchema),
    },
  },
  responses: {
    200: {
      description: 'The new mood.',
      content: json(overriddenMoodSchema),
    },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_CUSTOM_MESSAGE', 'INVALID_EXPIRES_AT'),
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});
