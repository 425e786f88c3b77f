import { termsAcceptanceRequestSchema, termsAcceptanceSchema, termsSchema } from '@mood/contract/terms';
import { createRoute } from '@hono/zod-openapi';
import { everyone, openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';

export const acceptors: Access = { roles: ['model'], refusal: 'Only models can accept the mood messaging terms.' };

export const getTermsRoute = createRoute({
  method: 'get',
  path: '/mood/terms',
  operationId: 'getTerms',
  tags: ['Terms'],
  summary: 'Read the mood messaging terms',
  description: 'The current terms, which a model accepts before its first mood.',
  ...openTo(everyone),
  responses: {
    200: { description: 'The terms.', content: json(termsSchema) },
    ...errorAnswers.badRequest,
    ...commonErrors,
  },
});

export const acceptTermsRoute = createRoute({
  method: 'post',
  path: '/mood/terms',
  operationId: 'acceptTerms',
  tags: ['Terms'],
  summary: 'Accept the mood messaging terms',
  description:
    'For models. Both fields are required; a version that is not the current one is refused with words that name the current one. Repeating it changes nothing: the first acceptance of a version counts.',
  ...openTo(acceptors),
  request: {
    body: {
      required: true,
      content: json(termsAcceptanceRequestSchema),
    },
  },
  responses: {
    200: { description: 'Accepted.', content: json(termsAcceptanceSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});
