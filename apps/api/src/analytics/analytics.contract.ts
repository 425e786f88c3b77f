import { metricListSchema } from '@mood/contract/analytics';
import { createRoute } from '@hono/zod-openapi';
import type { Metric } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';

export const analysts: Access = { roles: ['admin'], scope: 'analytics:read', refusal: 'Only administrators read analytics.' };

const tags = ['Analytics'];
const readers = 'For administrators with the scope `analytics:read`.';

const errors = { ...errorAnswers.badRequest, ...errorAnswers.forbidden, ...commonErrors };

export const listMetricsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/analytics/metrics',
  operationId: 'listMetrics',
  tags,
  summary: 'List the metrics',
  description: `${readers} Every metric with its unit, its groups, and what exactly it counts.`,
  ...openTo(analysts),
  responses: { 200: { description: 'The metrics.', content: json(metricListSchema) }, ...errors },
});

export const toMetricListBody = (metrics: readonly Metric[]): z.input<typeof metricListSchema> => ({
  metrics: metrics.map(({ name, title, unit, definition, groups }) => ({ name, title, unit, definition, groups: [...groups] })),
});
