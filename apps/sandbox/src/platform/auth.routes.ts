import { idSchema } from '@mood/contract/fields';
import { Hono } from 'hono';
import { z } from 'zod';
import type { CallGate } from './call-gate.ts';
import { demoSubjects } from './demo-people.ts';
import type { PlatformEnv } from './platform-env.ts';
import { readFormOrJson, readJson } from './request-input.ts';
import type { SigningKey } from './signing-key.ts';
import { administratorScopes, roles } from './tokens.ts';
import type { Tokens } from './tokens.ts';

const dayInSeconds = 86_400;

const tokenRequest = z.strictObject({
  role: z.enum(roles, `expected one of ${roles.join(', ')}`),
  subject: idSchema.optional(),
  scope: z.string().min(1).max(1000).optional(),
  expiresIn: z
    .number()
    .int()
    .min(-dayInSeconds)
    .max(30 * dayInSeconds)
    .default(3600),
});

const tokenInput = z.object({
  token: z.string('expected the token').min(1, 'expected the token').max(20_000),
});

export interface AuthDeps {
  gate: CallGate;
  tokens: Tokens;
  signingKey: SigningKey;
  /** Called after every revocation, so that it outlives a restart. */
  keep: () => Promise<void>;
}

/** Auth service: tokens, keys, introspection (RFC 7662) and revocation (RFC 7009). */
export function authRoutes({ gate, tokens, signingKey, keep }: AuthDeps) {
  return new Hono<PlatformEnv>()
    .post('/oauth/token', gate('auth', 'token'), async (c) => {
      const wanted = await readJson(c, tokenRequest);
      const scope = wanted.scope ?? (wanted.role === 'admin' ? administratorScopes : undefined);
      const token = await tokens.issue({ ...wanted, scope, subject: wanted.subject ?? demoSubjects[wanted.role] });
      c.header('Cache-Control', 'no-store');
      return c.json({ access_token: token, token_type: 'Bearer', expires_in: wanted.expiresIn });
    })
    .get('/.well-known/jwks.json', gate('auth', 'jwks'), (c) => c.json({ keys: [signingKey.publicJwk] }))
    .post('/oauth/introspect', gate('auth', 'introspect'), async (c) => {
      const { token } = await readFormOrJson(c, tokenInput);
      c.header('Cache-Control', 'no-store');
      return c.json(await tokens.introspect(token));
    })
    .post('/oauth/revoke', gate('auth', 'revoke'), async (c) => {
      const { token } = await readFormOrJson(c, tokenInput);
      if (await tokens.revoke(token)) await keep();
      return c.body(null, 200);
    });
}
