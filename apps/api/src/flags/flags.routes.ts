import { listFlags, setFlag } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { flagHistoryRoute, flagReaders, flagWriters, listFlagsRoute, setFlagRoute, toFlagBody, toHistoryBody } from './flags.contract.ts';

/** How administrators see and set feature flags (contract: "Feature flag configuration"). */
export function createFlagRoutes(deps: AppDependencies, allow: Guard) {
  const readers = allow({ intent: 'read', ...flagReaders });
  const writers = allow({ intent: 'write', ...flagWriters });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...listFlagsRoute, middleware: [readers] as const }, async (c) =>
      c.json({ flags: (await listFlags(deps)).map(toFlagBody) }, 200),
    )
    .openapi({ ...setFlagRoute, middleware: [writers, readBody, fewRefusals] as const }, async (c) => {
      const { reason, expectedVersion = null, ...rule } = c.req.valid('json');
      const change = { changedBy: c.get('principal').subject, reason, expectedVersion };
      return c.json(toFlagBody(await setFlag(deps, c.req.valid('param').key, rule, change)), 200);
    })
    .openapi({ ...flagHistoryRoute, middleware: [readers] as const }, async (c) => {
      const { limit, cursor = null } = c.req.valid('query');
      return c.json(toHistoryBody(await deps.flagStore.history(c.req.valid('param').key, { limit, cursor })), 200);
    });
}
