import { templateReachRequestSchema, templateReachSchema } from '@mood/contract/template-reach';
import { createRoute } from '@hono/zod-openapi';
import type { TemplateReach } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';
import { adminsOnly, templateAdministrators } from './templates.contract.ts';

export const reachOfTemplateRoute = createRoute({
  method: 'post',
  path: '/admin/mood/templates/reach',
  operationId: 'reachOfTemplate',
  tags: ['Template administration'],
  summary: 'See who would get a template',
  description: `${adminsOnly} Takes a template as it would be saved, and answers with the share of last week’s messages of its type that it would have won, by the ranking that chooses for messages, and what they were made from. Writes nothing.`,
  ...openTo(templateAdministrators),
  request: { body: { required: true, content: json(templateReachRequestSchema) } },
  responses: {
    200: { description: 'Its reach.', content: json(templateReachSchema) },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

const notKnown = [
  'The locale of users is not recorded: the locale of the template that they got stands for it.',
  'Messages of models are not recorded: a template that needs one counts as passed over.',
  'Templates may have changed within the week: those of now are compared.',
];

export function toReachBody({ period, renders, won, undecided, from }: TemplateReach): z.input<typeof templateReachSchema> {
  return {
    period: { start: period.start.toISOString(), end: period.end.toISOString() },
    renders,
    won,
    share: renders === 0 ? null : won / renders,
    undecided,
    from,
    notKnown,
  };
}
