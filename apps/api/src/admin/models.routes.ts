import { listModels, readModelDetails, readNames } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import { countRequest } from '../auth/guards.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { narrowable } from '../http/narrowable.ts';
import { listModelsRoute, moderators, readModelRoute, readNamesRoute, toModelDetailsBody, toModelPageBody } from './models.contract.ts';

/** Who has which mood, for administrators. */
export function createModelListRoutes(deps: AppDependencies, allow: Guard) {
  const admins = allow({ intent: 'read', ...moderators });

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...listModelsRoute, middleware: [admins, narrowable] as const }, async (c) => {
      const { limit, cursor = null, q, ...filter } = c.req.valid('query');
      const page = await listModels(deps, { ...filter, idPrefix: q }, { limit, cursor });
      return c.json(toModelPageBody(page), 200);
    })
    .openapi({ ...readModelRoute, middleware: [admins] as const }, async (c) =>
      c.json(toModelDetailsBody(await readModelDetails(deps, c.req.valid('param').modelId)), 200),
    )
    .openapi({ ...readNamesRoute, middleware: [admins] as const }, async (c) => {
      const { ids } = c.req.valid('query');
      // The guard has counted the first.
      await countRequest(deps.limits, c.get('principal'), ids.length - 1);
      const names = await readNames(deps, ids);
      return c.json({ people: Array.from(names, ([id, displayName]) => ({ id, displayName })) }, 200);
    });
}
