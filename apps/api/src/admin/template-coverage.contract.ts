import { templateCoverageSchema } from '@mood/contract/template-coverage';
import { createRoute } from '@hono/zod-openapi';
import { openTo } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';
import { adminsOnly, templateAdministrators } from './templates.contract.ts';

export const readCoverageRoute = createRoute({
  method: 'get',
  path: '/admin/mood/templates/coverage',
  operationId: 'readTemplateCoverage',
  tags: ['Template administration'],
  summary: 'See which messages have templates',
  description: `${adminsOnly} For each mood, type and tier: how many active templates there are, and what a message is made from, by the ranking that chooses for messages.`,
  ...openTo(templateAdministrators),
  responses: {
    200: { description: 'Every mood, type and tier.', content: json(templateCoverageSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});
