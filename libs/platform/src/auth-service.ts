import { DependencyUnavailable } from '@mood/domain';
import { createRemoteJWKSet } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Logger } from '@mood/runtime';
import { createServiceClient } from './service-client.ts';

export interface AuthService {
  /** Finds the key of a token. An unknown key id fetches the key set anew, at most once per cooldown. */
  keys: JWTVerifyGetKey;
  /** Whether the session behind a token is alive (RFC 7662). @throws DependencyUnavailable. */
  isSessionActive(token: string): Promise<boolean>;
}

const introspectionSchema = z.object({ active: z.boolean() });

/** One request for the key set per this many milliseconds, however many unknown key ids come in. */
const jwksCooldownMs = 30_000;

/** Sign-ins come in waves, after a restart for example, and one that is refused is an error to its user. */
const maxSignInsWaiting = 10_000;

export function createAuthService(options: {
  baseUrl: string;
  timeoutMs: number;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  logger?: Logger | undefined;
}): AuthService {
  const authorization =
    options.clientId === undefined
      ? undefined
      : `Basic ${Buffer.from(`${encodeURIComponent(options.clientId)}:${encodeURIComponent(options.clientSecret ?? '')}`).toString('base64')}`;
  const service = 'authentication service';
  const client = createServiceClient({ ...options, service, authorization, maxWaiting: maxSignInsWaiting });
  return {
    keys: createRemoteJWKSet(new URL(`${options.baseUrl}/.well-known/jwks.json`), {
      timeoutDuration: options.timeoutMs,
      cooldownDuration: jwksCooldownMs,
      cacheMaxAge: 600_000,
    }),
    async isSessionActive(token) {
      const answer = await client.ask(
        { method: 'POST', path: ['oauth', 'introspect'], form: { token, token_type_hint: 'access_token' } },
        introspectionSchema,
      );
      if (answer === null) throw new DependencyUnavailable(service);
      return answer.active;
    },
  };
}
