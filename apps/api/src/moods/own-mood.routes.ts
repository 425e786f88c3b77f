import { previewMood, readOwnMood } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { NotPermitted } from '../auth/errors.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { previewMoodRoute, toMoodPreviewBody } from './mood-preview.contract.ts';
import { getOwnMoodRoute, getRecentMoodsRoute, ownModels, toOwnMoodBody, toRecentMoodsBody } from './own-mood.contract.ts';

/** A model's own mood with what is left of its changes, its hold, its terms and its notices; its recent moods; and what users would read of another one. */
export function createOwnMoodRoutes(deps: AppDependencies, allow: Guard) {
  const owner = allow({ intent: 'read', ...ownModels });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...getOwnMoodRoute, middleware: [owner] as const }, async (c) =>
      c.json(toOwnMoodBody(await readOwnMood(deps, c.get('principal').subject)), 200),
    )
    .openapi({ ...getRecentMoodsRoute, middleware: [owner] as const }, async (c) =>
      c.json(toRecentMoodsBody(await deps.recentMoods.of(c.get('principal').subject)), 200),
    )
    .openapi({ ...previewMoodRoute, middleware: [owner, readBody, fewRefusals] as const }, async (c) => {
      const modelId = c.get('principal').subject;
      const { modelId: named = modelId, expectedVersion: _, locale = null, timeZone, ...draft } = c.req.valid('json');
      if (named !== modelId) throw new NotPermitted('modelId: this is another model. Models can preview only their own mood.');
      return c.json(toMoodPreviewBody(await previewMood(deps, { ...draft, modelId, locale, timeZone })), 200);
    });
}
