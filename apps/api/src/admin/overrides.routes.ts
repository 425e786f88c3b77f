import { DomainError, overrideMood } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { originOf } from '../http/client.ts';
import { overriders, overrideMoodRoute } from './overrides.contract.ts';

/** How administrators set a model's mood (contract: "Force Update Model Mood"). */
export function createOverrideRoutes(deps: AppDependencies, allow: Guard) {
  const admins = allow({ intent: 'write', ...overriders });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>().openapi({ ...overrideMoodRoute, middleware: [admins, readBody, fewRefusals] as const }, async (c) => {
    const { modelId } = c.req.valid('param');
    const { modelId: named = modelId, reason, reasonCode, ...override } = c.req.valid('json');
    if (named !== modelId) throw new DomainError('INVALID_REQUEST', 'modelId: expected the model of the path, or leave it out.');
    const actor = { kind: 'admin', adminUserId: c.get('principal').subject, reason, reasonCode, origin: originOf(c) } as const;
    const { mood, heldUntil } = await overrideMood(deps, actor, modelId, override);
    return c.json(
      {
        modelId,
        moodState: mood.moodState,
        lastUpdated: mood.lastUpdated.toISOString(),
        updatedBy: 'admin' as const,
        adminReason: reason,
        ...(heldUntil !== null && { heldUntil: heldUntil.toISOString() }),
      },
      200,
    );
  });
}
