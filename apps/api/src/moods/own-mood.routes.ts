import { readOwnMood } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { getOwnMoodRoute, ownModels, toOwnMoodBody } from './own-mood.contract.ts';

/** A model's own mood with what is left of its changes, its hold, its terms and its notices. */
export function createOwnMoodRoutes(deps: AppDependencies, allow: Guard) {
  const owner = allow({ intent: 'read', ...ownModels });

  return new OpenAPIHono<AuthEnv>().openapi({ ...getOwnMoodRoute, middleware: [owner] as const }, async (c) =>
    c.json(toOwnMoodBody(await readOwnMood(deps, c.get('principal').subject)), 200),
  );
}
