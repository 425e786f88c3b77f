import { createRoute, z } from '@hono/zod-openapi';
import { currentTerms } from '@mood/domain';
import { everyone, openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, timestampSchema } from '../http/contract.ts';

export const acceptors: Access = { roles: ['model'], refusal: 'Only models can accept the mood messaging terms.' };

const termsSchema = z
  .object({
    version: z.string().openapi({ example: currentTerms.version }),
    text: z.string(),
    acceptedAt: timestampSchema
      .nullable()
      .openapi({ description: 'When the model who asks accepted this version; null for everyone else.' }),
  })
  .openapi('Terms');

const acceptanceSchema = z.object({ version: z.string(), acceptedAt: timestampSchema }).openapi('TermsAcceptance');

export const getTermsRoute = createRoute({
  method: 'get',
  path: '/mood/terms',
  operationId: 'getTerms',
  tags: ['Terms'],
  summary: 'Read the mood messaging terms',
  description: 'The current terms, which a model accepts before its first mood.',
  ...openTo(everyone),
  responses: {
    200: { description: 'The terms.', content: { 'application/json': { schema: termsSchema } } },
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
      content: {
        'application/json': {
          schema: z
            .strictObject({
              accept: z.literal(true, 'expected true').openapi({ description: 'Consent has to be said.' }),
              version: z
                .string('expected the version of the terms that were read')
                .max(40)
                .openapi({ description: '`version` of the terms that were read (GET).', example: currentTerms.version }),
            })
            .openapi('TermsAcceptanceRequest'),
        },
      },
    },
  },
  responses: {
    200: { description: 'Accepted.', content: { 'application/json': { schema: acceptanceSchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});
