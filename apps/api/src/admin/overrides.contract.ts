import { createRoute, z } from '@hono/zod-openapi';
import { fieldWithDefault, maxHoldMinutes, optionalField, overrideReasonCodes, reasonSchema } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, modelIdSchema, ofDomain, timestampSchema } from '../http/contract.ts';
import { moodStateSchema } from '../moods/mood-schemas.ts';
import { modelParams, moodUpdateSchema } from '../moods/moods.contract.ts';

export const overriders: Access = { roles: ['admin'], scope: 'mood:override', refusal: 'Only administrators can set the mood of a model.' };

const holdProblem = `expected a whole number of minutes from 0 to ${maxHoldMinutes}`;

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
      content: {
        'application/json': {
          schema: moodUpdateSchema
            .omit({ responseDelay: true })
            .extend({
              modelId: optionalField(modelIdSchema).openapi({
                description: 'The model of the path, for those who send it. Another one is refused with 400.',
              }),
              reason: ofDomain(reasonSchema).openapi({
                description: 'Why, for the audit log. The model does not see it.',
                example: 'The message named another site.',
              }),
              reasonCode: fieldWithDefault(
                z.enum(overrideReasonCodes, `expected one of ${overrideReasonCodes.join(', ')}`),
                'other',
              ).openapi({ description: 'Decides about the words that the model gets.' }),
              holdMinutes: fieldWithDefault(z.int(holdProblem).min(0, holdProblem).max(maxHoldMinutes, holdProblem), 0).openapi({
                description: 'For so long the model’s own updates are answered with 409 `MOOD_HELD`. 0 ends an earlier hold.',
              }),
            })
            .openapi('MoodOverride'),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The new mood.',
      content: {
        'application/json': {
          schema: z
            .object({
              modelId: z.uuid(),
              moodState: moodStateSchema,
              lastUpdated: timestampSchema,
              updatedBy: z.literal('admin'),
              adminReason: z.string(),
              heldUntil: timestampSchema
                .optional()
                .openapi({ description: 'Until then the model cannot change it. Only with `holdMinutes`.' }),
            })
            .openapi('OverriddenMood'),
        },
      },
    },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_CUSTOM_MESSAGE', 'INVALID_EXPIRES_AT'),
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});
