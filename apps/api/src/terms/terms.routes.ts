import { acceptTerms, currentTerms } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import { everyone } from '../auth/access.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { acceptors, acceptTermsRoute, getTermsRoute } from './terms.contract.ts';

/** The terms that a model accepts before its first mood (contract: "Terms of Service"). */
export function createTermsRoutes(deps: AppDependencies, allow: Guard) {
  const signedIn = allow({ intent: 'read', ...everyone });
  const models = allow({ intent: 'write', ...acceptors });

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...getTermsRoute, middleware: [signedIn] as const }, async (c) => {
      const { role, subject } = c.get('principal');
      const acceptedAt = role === 'model' ? await deps.terms.acceptedAt(subject, currentTerms.version) : null;
      return c.json({ ...currentTerms, acceptedAt: acceptedAt?.toISOString() ?? null }, 200);
    })
    .openapi({ ...acceptTermsRoute, middleware: [models, readBody] as const }, async (c) => {
      const { version } = c.req.valid('json');
      const acceptedAt = await acceptTerms(deps, c.get('principal').subject, version);
      return c.json({ version, acceptedAt: acceptedAt.toISOString() }, 200);
    });
}
