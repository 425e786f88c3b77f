import { templateUsageSchema, usageQuerySchema } from '@mood/contract/template-usage';
import { createRoute } from '@hono/zod-openapi';
import { DomainError } from '@mood/domain';
import type { TemplateUsage } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';
import { adminsOnly, templateAdministrators, templateParams } from './templates.contract.ts';

export const readUsageRoute = createRoute({
  method: 'get',
  path: '/admin/mood/template/{id}/usage',
  operationId: 'readTemplateUsage',
  tags: ['Template administration'],
  summary: 'Read how often a template was used',
  description: `${adminsOnly} Per day (UTC), a few seconds behind. Compare the variants of an experiment with it.`,
  ...openTo(templateAdministrators),
  request: {
    params: templateParams,
    query: usageQuerySchema,
  },
  responses: {
    200: { description: 'The counts.', content: json(templateUsageSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...commonErrors,
  },
});

interface Days {
  from: string;
  to: string;
}

const dayMs = 86_400_000;
const shownDays = 30;
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** @throws DomainError INVALID_REQUEST when the first day is after the last. */
export function toDays(query: z.output<typeof usageQuerySchema>, now: Date): Days {
  const to = query.to ?? dayOf(now.getTime());
  const from = query.from ?? dayOf(Date.parse(to) - (shownDays - 1) * dayMs);
  if (from > to) throw new DomainError('INVALID_REQUEST', `from: expected a day up to ${to}.`);
  return { from, to };
}

export function toUsageBody(templateId: string, range: Days, days: readonly TemplateUsage[]): z.input<typeof templateUsageSchema> {
  const total = { rendered: 0, sent: 0, failed: 0 };
  for (const { rendered, sent, failed } of days) {
    total.rendered += rendered;
    total.sent += sent;
    total.failed += failed;
  }
  return { templateId, ...range, total, days: [...days] };
}
