import { DomainError } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { narrowable } from '../http/narrowable.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { acknowledgeAlertRoute, alertKeepers, alertReaders, listAlertsRoute, toAlertBody } from './alerts.contract.ts';

/** Alerts about abuse, for administrators (docs/moderators.md: "Alerts"). */
export function createAlertRoutes(deps: AppDependencies, allow: Guard) {
  const readers = allow({ intent: 'read', ...alertReaders });
  const keepers = allow({ intent: 'write', ...alertKeepers });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...listAlertsRoute, middleware: [readers, narrowable] as const }, async (c) => {
      const { limit, cursor = null, ...filter } = c.req.valid('query');
      const { alerts, nextCursor } = await deps.alerts.list(filter, { limit, cursor });
      return c.json({ alerts: alerts.map(toAlertBody), nextCursor }, 200);
    })
    .openapi({ ...acknowledgeAlertRoute, middleware: [keepers, readBody, fewRefusals] as const }, async (c) => {
      const { id } = c.req.valid('param');
      const { note } = c.req.valid('json');
      const alert = await deps.alerts.acknowledge(id, { adminUserId: c.get('principal').subject, note });
      if (alert === null) throw new DomainError('ALERT_NOT_FOUND', `No alert has the ID ${id}.`);
      return c.json(toAlertBody(alert), 200);
    });
}
