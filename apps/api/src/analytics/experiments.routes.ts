import { planExperiment, readExperiment, stopExperiment } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { analysts } from './analytics.contract.ts';
import {
  experimenters,
  listExperimentsRoute,
  planExperimentRoute,
  readExperimentRoute,
  stopExperimentRoute,
  toExperimentBody,
  toRunningBody,
} from './experiments.contract.ts';

/** How administrators plan, read and stop experiments with templates (docs/experiments.md). */
export function createExperimentRoutes(deps: AppDependencies, allow: Guard) {
  const readers = allow({ intent: 'read', ...analysts });
  const writers = allow({ intent: 'write', ...experimenters });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...listExperimentsRoute, middleware: [readers] as const }, async (c) => {
      const page = c.req.valid('query');
      const { experiments, total } = await deps.experiments.list(page);
      return c.json({ experiments: experiments.map(toRunningBody), total, ...page }, 200);
    })
    .openapi({ ...readExperimentRoute, middleware: [readers] as const }, async (c) =>
      c.json(toExperimentBody(await readExperiment(deps, c.req.valid('param').name)), 200),
    )
    .openapi({ ...planExperimentRoute, middleware: [writers, readBody, fewRefusals] as const }, async (c) => {
      const { plannedEffect: effect, plannedSize = null, baseline = null, reason = null, ...plan } = c.req.valid('json');
      const by = { changedBy: c.get('principal').subject, reason };
      const planned = { ...plan, effect, size: plannedSize, baseline };
      return c.json(toExperimentBody(await planExperiment(deps, by, c.req.valid('param').name, planned)), 200);
    })
    .openapi({ ...stopExperimentRoute, middleware: [writers, readBody, fewRefusals] as const }, async (c) => {
      const { winner = [], reason } = c.req.valid('json');
      const by = { changedBy: c.get('principal').subject, reason };
      return c.json(toExperimentBody(await stopExperiment(deps, by, c.req.valid('param').name, [winner].flat())), 200);
    });
}
