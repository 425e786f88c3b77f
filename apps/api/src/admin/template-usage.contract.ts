import { createRoute, z } from '@hono/zod-openapi';
import { DomainError } from '@mood/domain';
import type { TemplateUsage } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import { commonErrors, errorAnswers } from '../http/contract.ts';
import { adminsOnly, templateAdministrators, templateParams } from './templates.contract.ts';

const firstDay = '1970-01-01';
const dayProblem = 'expected a day such as 2026-01-02';
const daySchema = z.iso.date(dayProblem).refine((day) => day >= firstDay, dayProblem);
const countsShape = {
  rendered: z.int().min(0).openapi({ description: 'Texts that were made from it.' }),
  sent: z.int().min(0).openapi({ description: 'Automatic replies from it that the message service has.' }),
  failed: z.int().min(0).openapi({ description: 'Texts that wanted a value, and replies that could not be delivered.' }),
};

const usageSchema = z
  .object({
    templateId: z.uuid(),
    from: daySchema,
    to: daySchema,
    total: z.object(countsShape),
    days: z.array(z.object({ day: daySchema, ...countsShape })).openapi({ description: 'Oldest first. Days without use are left out.' }),
  })
  .openapi('TemplateUsage');

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
    query: z.strictObject({
      from: daySchema.optional().openapi({ description: 'The first day; 29 days before the last when absent.' }),
      to: daySchema.optional().openapi({ description: 'The last day; today when absent.' }),
    }),
  },
  responses: {
    200: { description: 'The counts.', content: { 'application/json': { schema: usageSchema } } },
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
export function toDays(query: z.output<typeof readUsageRoute.request.query>, now: Date): Days {
  const to = query.to ?? dayOf(now.getTime());
  const from = query.from ?? dayOf(Date.parse(to) - (shownDays - 1) * dayMs);
  if (from > to) throw new DomainError('INVALID_REQUEST', `from: expected a day up to ${to}.`);
  return { from, to };
}

export function toUsageBody(templateId: string, range: Days, days: readonly TemplateUsage[]): z.input<typeof usageSchema> {
  const total = { rendered: 0, sent: 0, failed: 0 };
  for (const { rendered, sent, failed } of days) {
    total.rendered += rendered;
    total.sent += sent;
    total.failed += failed;
  }
  return { templateId, ...range, total, days: [...days] };
}
