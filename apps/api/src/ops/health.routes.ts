import { OpenAPIHono } from '@hono/zod-openapi';
import type { AuthEnv } from '../auth/guards.ts';
import { healthRoute, livezRoute, readyzRoute } from './health.contract.ts';
import { healthStatusOf } from './health.ts';
import type { Health } from './health.ts';

/** The health routes. They need no token and are not rate-limited, so that a load balancer is never refused. */
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
