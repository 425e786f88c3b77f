import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import { z } from 'zod';
import type { Logger } from '@mood/runtime';
import { createKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';
import { createServiceClient } from './service-client.ts';

export interface AuthService {
  keys: KeySet;
  /** Whether the session behind a token is alive (RFC 7662). @throws DependencyUnavailable. */
  isSessionActive(token: string): Promise<boolean>;
  /** Ends the session behind a token (RFC 7009). Repeating it changes nothing. @throws DependencyUnavailable. */
  revoke(token: string): Promise<void>;
}

const introspectionSchema = z.object({ active: z.boolean() });
const keySetSchema = z.object({ keys: z.array(z.unknown()) });

/** Introspections that may wait for their turn: sign-ins come in waves, after a restart for example, and each refused one is an error for a user. */
const maxSignInsWaiting = 10_000;

export function createAuthService(options: {
  baseUrl: string;
  timeoutMs: number;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  logger?: Logger | undefined;
  /** Called after each attempt with whether the service works. */
  onOutcome?: ((works: boolean) => void) | undefined;
}): AuthService {
  const authorization =
    options.clientId === undefined
      ? undefined
      : `Basic ${Buffer.from(`${encodeURIComponent(options.clientId)}:${encodeURIComponent(options.clientSecret ?? '')}`).toString('base64')}`;
  const service = 'authentication service';
  const client = createServiceClient({ ...options, service, authorization, maxWaiting: maxSignInsWaiting });
  // The key set is public and has a breaker of its own: whether keys can be fetched says nothing about introspection.
  const keyClient = createServiceClient({ ...options, service });
  return {
    keys: createKeySet({
      service,
      async fetchKeys() {
        const answer = await keyClient.ask({ method: 'GET', path: ['.well-known', 'jwks.json'] }, keySetSchema);
        if (answer === null) throw new DependencyUnavailable(service);
        return answer.keys;
      },
    }),
    async isSessionActive(token) {
      const answer = await client.ask(
        { method: 'POST', path: ['oauth', 'introspect'], form: { token, token_type_hint: 'access_token' } },
        introspectionSchema,
      );
      if (answer === null) throw new DependencyUnavailable(service);
      return answer.active;
    },
    async revoke(token) {
      try {
        await client.tell({ method: 'POST', path: ['oauth', 'revoke'], form: { token, token_type_hint: 'access_token' } });
      } catch (error) {
        if (error instanceof RefusedByService) throw new DependencyUnavailable(service, { cause: error });
        throw error;
      }
    },
  };
}
