import { metrics, rankModels, readSeries, summarise } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import Negotiator from 'negotiator';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { narrowable } from '../http/narrowable.ts';
import { chooseReadStores } from '../http/read-sources.ts';
import {
  analysts,
  listMetricsRoute,
  readSeriesRoute,
  readSummaryRoute,
  readTopRoute,
  toMetricListBody,
  toSeriesBody,
  toSummaryBody,
  toTopBody,
} from './analytics.contract.ts';
import { seriesToCsv } from './series-csv.ts';

const csv = 'text/csv';

/** Whether a client would rather have CSV than JSON. */
const wantsCsv = (accept: string | undefined): boolean =>
  accept !== undefined && new Negotiator({ headers: { accept } }).mediaType(['application/json', csv]) === csv;

/** What was counted, for administrators (contract: "Analytics and reporting for mood engagement"). */
export function createAnalyticsRoutes(deps: AppDependencies, allow: Guard) {
  const readers = allow({ intent: 'read', ...analysts });

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...listMetricsRoute, middleware: [readers] as const }, (c) => c.json(toMetricListBody(metrics), 200))
    .openapi({ ...readSummaryRoute, middleware: [readers, narrowable] as const }, async (c) =>
      c.json(toSummaryBody(await summarise(chooseReadStores(deps, c), c.req.valid('query'))), 200),
    )
    .openapi({ ...readSeriesRoute, middleware: [readers, narrowable] as const }, async (c) => {
      const series = await readSeries(chooseReadStores(deps, c), c.req.valid('query'));
      c.header('Vary', 'Accept');
      if (!wantsCsv(c.req.header('accept'))) return c.json(toSeriesBody(series), 200);
      return c.body(seriesToCsv(series), 200, {
        'Content-Type': `${csv}; charset=utf-8`,
        'Content-Disposition': `attachment; filename="mood-${series.metric.name}.csv"`,
      });
    })
    .openapi({ ...readTopRoute, middleware: [readers, narrowable] as const }, async (c) =>
      c.json(toTopBody(await rankModels(chooseReadStores(deps, c), c.req.valid('query'))), 200),
    );
}
