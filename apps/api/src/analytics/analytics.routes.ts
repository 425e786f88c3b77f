import { metrics } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { analysts, listMetricsRoute, toMetricListBody } from './analytics.contract.ts';

/** What was counted, for administrators (contract: "Analytics and reporting for mood engagement"). */
export function createAnalyticsRoutes(allow: Guard) {
  const readers = allow({ intent: 'read', ...analysts });

  return new OpenAPIHono<AuthEnv>().openapi({ ...listMetricsRoute, middleware: [readers] as const }, (c) =>
    c.json(toMetricListBody(metrics), 200),
  );
}
