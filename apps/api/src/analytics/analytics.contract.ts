import {
  metricListSchema,
  seriesQuerySchema,
  seriesSchema,
  summaryQuerySchema,
  summarySchema,
  topQuerySchema,
  topSchema,
} from '@mood/contract/analytics';
import { createRoute } from '@hono/zod-openapi';
import type { Metric, Period, Ranking, Series, Summary } from '@mood/domain';
import { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { asOfHeader, commonErrors, errorAnswers, json } from '../http/contract.ts';

export const analysts: Access = { roles: ['admin'], scope: 'analytics:read', refusal: 'Only administrators read analytics.' };

const tags = ['Analytics'];
const readers = 'For administrators with the scope `analytics:read`.';
const errors = { ...errorAnswers.badRequest, ...errorAnswers.forbidden, ...commonErrors };
const narrowableErrors = { ...errors, ...errorAnswers.tooMuch };

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

export const readSummaryRoute = createRoute({
  method: 'get',
  path: '/admin/mood/analytics/summary',
  operationId: 'readAnalyticsSummary',
  tags,
  summary: 'Read every metric of a period',
  description: `${readers} Each metric beside the period of the same length before. A value that has nothing to divide by is null, never 0.`,
  ...openTo(analysts),
  request: { query: summaryQuerySchema },
  responses: { 200: { description: 'The values.', headers: asOfHeader, content: json(summarySchema) }, ...narrowableErrors },
});

export const readSeriesRoute = createRoute({
  method: 'get',
  path: '/admin/mood/analytics/series',
  operationId: 'readAnalyticsSeries',
  tags,
  summary: 'Read a metric over time',
  description: `${readers} A row for every interval, also where nothing was counted. As CSV with \`Accept: text/csv\`.`,
  ...openTo(analysts),
  request: { query: seriesQuerySchema },
  responses: {
    200: {
      description: 'The rows.',
      headers: asOfHeader,
      content: {
        ...json(seriesSchema),
        'text/csv': {
          schema: z.string().meta({
            description: 'A comment line with the definition, a header line that names the time zone, then a line per row.',
          }),
        },
      },
    },
    ...narrowableErrors,
  },
});

export const readTopRoute = createRoute({
  method: 'get',
  path: '/admin/mood/analytics/top',
  operationId: 'readAnalyticsTop',
  tags,
  summary: 'Rank models',
  description: `${readers} The models with most changes by themselves, refusals, or automatic replies sent.`,
  ...openTo(analysts),
  request: { query: topQuerySchema },
  responses: { 200: { description: 'The models.', headers: asOfHeader, content: json(topSchema) }, ...narrowableErrors },
});

export const toMetricListBody = (metrics: readonly Metric[]): z.input<typeof metricListSchema> => ({
  metrics: metrics.map(({ name, title, unit, definition, groups }) => ({ name, title, unit, definition, groups: [...groups] })),
});

const toPeriodBody = ({ start, end, timeZone }: Period, asOf: Date) => ({
  from: start.toISOString(),
  to: end.toISOString(),
  timeZone,
  asOf: asOf.toISOString(),
});

export const toSummaryBody = ({ period, asOf, headlines }: Summary): z.input<typeof summarySchema> => ({
  ...toPeriodBody(period, asOf),
  metrics: headlines,
});

export const toSeriesBody = ({ metric, interval, timeZone, asOf, rows }: Series): z.input<typeof seriesSchema> => ({
  metric: metric.name,
  unit: metric.unit,
  interval,
  timeZone,
  asOf: asOf.toISOString(),
  rows: rows.map(({ start, end, group, value }) => ({ start: start.toISOString(), end: end.toISOString(), group, value })),
});

export const toTopBody = ({ metric, unit, period, asOf, models }: Ranking): z.input<typeof topSchema> => ({
  metric,
  unit,
  ...toPeriodBody(period, asOf),
  models,
});
