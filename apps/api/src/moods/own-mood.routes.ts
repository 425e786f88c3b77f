import { previewMood, readOwnMood } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { previewMoodRoute, toMoodPreviewBody } from './mood-preview.contract.ts';
import { getOwnMoodRoute, ownModels, toOwnMoodBody } from './own-mood.contract.ts';

/** A model's own mood with what is left of its changes, its hold, its terms and its notices; and what users would read of another one. */
export function createOwnMoodRoutes(deps: AppDependencies, allow: Guard) {
  const owner = allow({ intent: 'read', ...ownModels });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...getOwnMoodRoute, middleware: [owner] as const }, async (c) =>
      c.json(toOwnMoodBody(await readOwnMood(deps, c.get('principal').subject)), 200),
    )
    .openapi({ ...previewMoodRoute, middleware: [owner, readBody, fewRefusals] as const }, async (c) => {
      const { moodState, customMessage, userName, locale = null, timeZone } = c.req.valid('json');
      const draft = { modelId: c.get('principal').subject, moodState, customMessage, userName, locale, timeZone };
      return c.json(toMoodPreviewBody(await previewMood(deps, draft)), 200);
    });
}
