import { OpenAPIHono } from '@hono/zod-openapi';
import type { AuthEnv } from '../auth/guards.ts';
import { healthRoute, livezRoute, readyzRoute } from './health.contract.ts';
import { healthStatusOf } from './health.ts';
import type { Health } from './health.ts';

/** How the system is, for anybody: without a token, and beside the limits, so that a load balancer is never sent away. */
export function createHealthRoutes(health: Health) {
  return new OpenAPIHono<AuthEnv>()
    .openapi(healthRoute, async (c) => {
      const report = await health.report();
      return c.json(report, healthStatusOf(report));
    })
    .openapi(livezRoute, (c) => c.json({ status: 'alive' as const }, 200))
    .openapi(readyzRoute, async (c) =>
      (await health.isReady()) ? c.json({ status: 'ready' as const }, 200) : c.json({ status: 'not ready' as const }, 503),
    );
}
