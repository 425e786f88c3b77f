import { readInsights } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { chooseReadStores } from '../http/read-sources.ts';
import { getInsightsRoute, ownInsights, toInsightsBody } from './insights.contract.ts';

/** What automatic replies did for the model that asks. */
export function createInsightsRoutes(deps: AppDependencies, allow: Guard) {
  const owner = allow({ intent: 'read', ...ownInsights });

  return new OpenAPIHono<AuthEnv>().openapi({ ...getInsightsRoute, middleware: [owner] as const }, async (c) => {
    const { days } = c.req.valid('query');
    return c.json(toInsightsBody(days, await readInsights(chooseReadStores(deps, c), c.get('principal').subject, days)), 200);
  });
}
