import { createRoute, z } from '@hono/zod-openapi';
import { optionalField, templateVariablesOf } from '@mood/domain';
import type { ExplainedCandidate, FoundTemplate } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, modelIdSchema, noTemplateFitsSchema, timestampSchema, userIdSchema } from '../http/contract.ts';
import { degradedHeader } from '../http/degraded.ts';
import { moodStateSchema } from '../moods/mood-schemas.ts';
import {
  requestLocaleSchema,
  templateTypeSchema,
  timeZoneSchema,
  userTierSchema,
  variableNamesSchema,
  givenVariablesSchema,
} from './template-schemas.ts';

export const renderers: Access = {
  roles: ['service'],
  scope: 'mood:render',
  refusal: 'Only the platform’s services render messages.',
};

/** What others than administrators are told who ask why a template won. */
export const explanationRefusal = 'Only administrators can ask for an explanation.';

const explanationSchema = z
  .object({
    total: z.int().min(0).openapi({ description: 'Templates of the mood and type, in use or not.' }),
    candidates: z
      .array(
        z.object({
          id: z.uuid(),
          version: z.int().min(1),
          tierLevel: userTierSchema.nullable(),
          locale: z.string().nullable(),
          priority: z.int(),
          active: z.boolean(),
          experiment: z.string().nullable(),
          weight: z.int(),
          createdAt: timestampSchema,
          won: z.boolean(),
          reason: z.string().openapi({ example: 'Lost by priority: 100 is lower than 200.' }),
        }),
      )
      .openapi({ description: 'First those that fit, as they rank, then those that do not. At most 100.' }),
  })
  .openapi('TemplateExplanation');

const foundSchema = z
  .object({
    template: z.string().openapi({ example: 'Thank you so much {{userName}} for the {{currency}}{{amount}} tip!' }),
    moodState: moodStateSchema,
    variables: variableNamesSchema,
    explanation: explanationSchema.optional(),
  })
  .openapi('FoundTemplate');

const experimentUserSchema = userIdSchema.openapi({ description: 'ID of the user, who always gets the same variant of an experiment.' });

export const getTemplateRoute = createRoute({
  method: 'get',
  path: '/mood/template',
  operationId: 'getTemplate',
  tags: ['Templates'],
  summary: 'Get the template for a user',
  description:
    'The best active template of the model’s current mood. The user’s locale comes before none, their tier before none, then the higher priority, then the newer. One that surely lacks a value is passed over while another fits.',
  ...openTo({ refusal: explanationRefusal }),
  request: {
    query: z.strictObject({
      modelId: modelIdSchema,
      templateType: templateTypeSchema,
      userTier: userTierSchema.optional(),
      userId: experimentUserSchema.optional(),
      locale: requestLocaleSchema.optional(),
      explain: z
        .enum(['true', 'false'], 'expected true or false')
        .default('false')
        .openapi({ description: 'For administrators: adds every candidate, and why it won or lost.' }),
    }),
  },
  responses: {
    200: { description: 'The template.', headers: degradedHeader, content: { 'application/json': { schema: foundSchema } } },
    404: {
      description: 'No such model, or no template fits.',
      content: {
        'application/json': {
          schema: noTemplateFitsSchema.extend({ explanation: explanationSchema.optional() }).openapi('TemplateNotFound'),
        },
      },
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

const templateHeaders = {
  'Mood-Template-Id': { description: 'The template that was used.', schema: { type: 'string', format: 'uuid' } },
  'Mood-Template-Version': { description: 'Its version.', schema: { type: 'integer', minimum: 1 } },
  'Mood-Experiment': { description: 'The experiment that it is a variant of, if any.', schema: { type: 'string' } },
} as const;

export const renderTemplateRoute = createRoute({
  method: 'post',
  path: '/mood/template/render',
  operationId: 'renderTemplate',
  tags: ['Templates'],
  summary: 'Render the message for a user',
  description:
    'For the platform’s services: a service token with the scope `mood:render`. Chooses the best template that can be rendered with what is known, and puts the values in. What is not given, the system fills in where it can: modelName, mood, tier, customMessage, currency, time and date.',
  ...openTo(renderers),
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              modelId: modelIdSchema,
              templateType: templateTypeSchema,
              userTier: userTierSchema.nullable().default(null).openapi({
                description: 'When absent, the tier of `userId` as the User Service has it; without `userId` none.',
              }),
              userId: experimentUserSchema.nullable().default(null),
              variables: givenVariablesSchema,
              locale: requestLocaleSchema.nullable().default(null),
              timeZone: optionalField(timeZoneSchema),
            })
            .openapi('RenderRequest'),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The message.',
      headers: { ...templateHeaders, ...degradedHeader },
      content: {
        'application/json': {
          schema: z
            .object({
              renderedMessage: z
                .string()
                .openapi({ description: 'Plain text, not HTML.', example: 'Thank you so much John123 for the $50 tip!' }),
              moodState: moodStateSchema,
            })
            .openapi('RenderedMessage'),
        },
      },
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.noTemplateFits,
    ...errorAnswers.notJson,
    ...errorAnswers.notRenderable,
    ...commonErrors,
  },
});

export function toFoundBody({ template, parsed, mood }: Omit<FoundTemplate, 'degraded'>): z.input<typeof foundSchema> {
  return { template: template.content, moodState: mood.moodState, variables: templateVariablesOf(parsed) };
}

export function toExplanation(total: number, candidates: readonly ExplainedCandidate[]): z.input<typeof explanationSchema> {
  return {
    total,
    candidates: candidates.map(({ template, won, reason }) => ({
      id: template.id,
      version: template.version,
      tierLevel: template.tierLevel,
      locale: template.locale,
      priority: template.priority,
      active: template.active,
      experiment: template.experiment,
      weight: template.weight,
      createdAt: template.createdAt.toISOString(),
      won,
      reason,
    })),
  };
}
