import { createRoute, z } from '@hono/zod-openapi';
import type { ModelPage } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers } from '../http/contract.ts';
import { moodStateSchema } from '../moods/mood-schemas.ts';
import { moodSchema, toMoodBody } from '../moods/moods.contract.ts';
import { changesLeftSchema, heldUntilSchema, toChangesLeftBody } from '../moods/own-mood.contract.ts';

export const moderators: Access = { roles: ['admin'], refusal: 'Only administrators list the moods of all models.' };

const changedBySchema = z.enum(['model', 'admin', 'system'], 'expected model, admin or system');
const limitProblem = 'expected 1 to 100';
const prefixProblem = 'expected how the ID of a model begins, for example 0198c5a0. Names are known to the Performer Service alone';

/** How a UUID can begin, with its dashes where they belong. */
const uuidBeginning = new RegExp(
  `^${[8, 4, 4, 4, 12].reduceRight((rest, digits) => `(?:[0-9a-f]{1,${digits - 1}}|[0-9a-f]{${digits}}${rest === '' ? '' : `(?:-${rest}?)?`})`, '')}?$`,
);

const listedModelSchema = moodSchema
  .extend({
    changedBy: changedBySchema.openapi({ description: 'Who made the last change. `system`: the mood before has ended.' }),
    changes: changesLeftSchema,
    heldUntil: heldUntilSchema,
  })
  .openapi('ListedModel');

const modelPageSchema = z
  .object({
    models: z.array(listedModelSchema),
    nextCursor: z.string().nullable().openapi({ description: 'null: there are no more.' }),
  })
  .openapi('ModelPage', {
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

export const listModelsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/models',
  operationId: 'listModels',
  tags: ['Overrides'],
  summary: 'List who has which mood',
  description:
    'For administrators. Every model that has ever set a mood, with the mood that counts now, the last changed first. A model whose mood changes moves to the front: a page that is read later may lack it, and none comes twice for that reason.',
  ...openTo(moderators),
  request: {
    query: z.strictObject({
      moodState: moodStateSchema.optional().openapi({ description: 'Only models in this mood.' }),
      changedBy: changedBySchema.optional().openapi({ description: 'Only models whose last change was made so.' }),
      atLimit: z
        .enum(['true', 'false'], 'expected true or false')
        .transform((text) => text === 'true')
        .optional()
        .openapi({
          type: 'string',
          enum: ['true', 'false'],
          description: 'Only models that have used up their 50 changes an hour, or that have not.',
        }),
      q: z
        .string()
        .trim()
        .toLowerCase()
        .min(1, prefixProblem)
        .max(36, prefixProblem)
        .regex(uuidBeginning, prefixProblem)
        .optional()
        .openapi({
          type: 'string',
          description: 'How the model’s ID begins. Names are not known here: look the ID up in the Performer Service.',
          example: '0198c5a0',
        }),
      limit: z.coerce.number(limitProblem).int(limitProblem).min(1, limitProblem).max(100, limitProblem).default(50),
      cursor: z.string().max(200).optional().openapi({ description: '`nextCursor` of the page before, with the same filters.' }),
    }),
  },
  responses: {
    200: { description: 'A page of models.', content: { 'application/json': { schema: modelPageSchema } } },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
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
