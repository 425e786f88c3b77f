import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { giveFeedbackRoute, scorers } from './feedback.contract.ts';

/** How users and models say how good it was (docs/decisions.md: "Abuse and feedback"). */
export function createFeedbackRoutes(deps: AppDependencies, allow: Guard) {
  const people = allow({ intent: 'write', ...scorers });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>().openapi({ ...giveFeedbackRoute, middleware: [people, readBody, fewRefusals] as const }, async (c) => {
    const { role, subject: personId } = c.get('principal');
    const { about, score } = c.req.valid('json');
    const { day, givenAt, replaced } = await deps.feedback.give({ role: role === 'model' ? role : 'user', personId, about, score });
    return c.json({ about, score, day, givenAt: givenAt.toISOString(), replaced }, 200);
  });
}
