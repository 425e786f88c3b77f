import { errorSchema } from '@mood/contract/errors';
import {
  foundTemplateSchema,
  renderedMessageSchema,
  renderRequestSchema,
  templateNotFoundErrorSchema,
  templateQuerySchema,
} from '@mood/contract/templates';
import type { templateExplanationSchema } from '@mood/contract/templates';
import type { GivenTemplateValues } from '@mood/contract/template-values';
import { createRoute } from '@hono/zod-openapi';
import { readGivenValue, templateVariables, templateVariablesOf } from '@mood/domain';
import type { ExplainedCandidate, FoundTemplate, TemplateVariable } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, extending, json } from '../http/contract.ts';
import { degradedHeader } from '../http/contract.ts';

export const renderers: Access = {
  roles: ['service'],
  scope: 'mood:render',
  refusal: 'Only the platform’s services render messages.',
};

/** The 403 message for callers without the role `admin` who set `explain`. */
export const explanationRefusal = 'Only administrators can ask for an explanation.';

extending(templateNotFoundErrorSchema, errorSchema);

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
    query: templateQuerySchema,
  },
  responses: {
    200: { description: 'The template.', headers: degradedHeader, content: json(foundTemplateSchema) },
    404: {
      description: 'No such model, or no template fits.',
      content: json(templateNotFoundErrorSchema),
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

const templateHeaders = {
  'Mood-Template-Id': { description: 'The template that was used.', schema: { type: 'string', format: 'uuid' } },
  'Mood-Template-Version': { description: 'Its version.', schema: { type: 'integer', minimum: 1 } },
  'Mood-Experiment': { description: 'The experiment of which the template is a variant, if any.', schema: { type: 'string' } },
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
      content: json(renderRequestSchema),
    },
  },
  responses: {
    200: {
      description: 'The message.',
      headers: { ...templateHeaders, ...degradedHeader },
      content: json(renderedMessageSchema),
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.noTemplateFits,
    ...errorAnswers.notJson,
    ...errorAnswers.notRenderable,
    ...commonErrors,
  },
});

export function toFoundBody({ template, parsed, mood }: Omit<FoundTemplate, 'degraded'>): z.input<typeof foundTemplateSchema> {
  return { template: template.content, moodState: mood.moodState, variables: templateVariablesOf(parsed) };
}

export function toExplanation(total: number, candidates: readonly ExplainedCandidate[]): z.input<typeof templateExplanationSchema> {
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

export function toTemplateValues(given: GivenTemplateValues): Partial<Record<TemplateVariable, string>> {
  const values: Partial<Record<TemplateVariable, string>> = {};
  for (const name of templateVariables) {
    const value = given[name];
    if (value !== undefined) values[name] = readGivenValue(name, value).text ?? '';
  }
  return values;
}
