import type { ErrorCode } from '@mood/domain';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Client } from '../http/client-address.ts';
import type { RequestLimit } from '../http/request-limit.ts';
import { TooManyRequests } from '../http/too-many-requests.ts';
import type { Authenticator, Intent } from './authenticator.ts';
import { NotAuthenticated, NotPermitted } from './errors.ts';
import type { AuthenticationFailure } from './errors.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Access } from './access.ts';
import type { Principal } from './principal.ts';

export interface AuthEnv {
  Variables: {
    principal: Principal;
    client: Client;
    /** Whether the request was counted among those of nobody who is signed in. */
    isAnonymous: boolean;
    /** What a refused request was refused with. */
    errorCode: ErrorCode;
    /** The answer says that what was sent would be refused. */
    refusedContent: boolean | undefined;
    /** Why nobody we know was asking. */
    authFailure: AuthenticationFailure;
    /** The same more precisely, for the log. */
    authFailureDetail: string | undefined;
  };
}

const bearer = /^Bearer +([\w.~+/-]+=*) *$/i;

/** The token in the form of an Authorization header; undefined when it has another form. */
const tokenIn = (credentials: string): string | undefined => bearer.exec(credentials)?.[1];

export interface AccessRule extends Access {
  intent: Intent;
}

/** What the guards count: requests of somebody who is signed in, and failed sign-ins of an address. */
export interface SignInLimits {
  perPrincipal: RequestLimit;
  failedSignIns: FailedSignIns;
}

export type Guard = ReturnType<typeof createGuards>;

/** Where a request shows who is asking, in the form of an Authorization header. */
export type Credentials = (c: Context<AuthEnv>) => string | undefined | Promise<string | undefined>;

/**
 * Counts a request in its principal's minute, or what is asked beyond one thing in a request.
 * @throws TooManyRequests.
 */
export async function countRequest({ perPrincipal }: Pick<SignInLimits, 'perPrincipal'>, principal: Principal, worth = 1): Promise<void> {
  // Services speak for many users, and the platform answers for them.
  if (principal.role === 'service' || worth === 0) return;
  const waitMs = await perPrincipal.take(`${principal.role} ${principal.subject}`, worth);
  if (waitMs !== undefined) throw new TooManyRequests(waitMs);
}

const authorizationHeader: Credentials = (c) => c.req.header('authorization');

/**
 * Gives the token in the credentials to `use`. Where it is refused, the address that showed it is charged with a failed sign-in: the same at
 * every door, so that none is cheaper to guess at.
 * @throws what `use` throws; NotAuthenticated without a token; TooManyRequests instead of either once the address has shown too many.
 */
export async function withToken<Result>(
  failedSignIns: FailedSignIns,
  { credentials, address }: { credentials: string; address: string },
  use: (token: string) => Promise<Result>,
): Promise<Result> {
  try {
    const token = tokenIn(credentials);
    if (token === undefined) throw new NotAuthenticated('malformed', 'The Authorization header has to read "Bearer <token>".');
    return await use(token);
  } catch (error) {
    if (error instanceof NotAuthenticated) return failedSignIns.refuse(address, credentials, error);
    throw error;
  }
}

/**
 * Makes the middleware that lets a route's rightful callers in: 401 without a valid token, 403 for the wrong role or scope, 429 for
 * those who come too often. After too many forged tokens from an address, further ones get 429 as well; whoever has a good token goes on.
 */
export function createGuards(authenticator: Authenticator, limits: SignInLimits, credentialsOf: Credentials = authorizationHeader) {
  const authenticate = (credentials: string, address: string, intent: Intent): Promise<Principal> =>
    withToken(limits.failedSignIns, { credentials, address }, (token) => authenticator.authenticate(token, intent));

  return (rule: AccessRule) =>
    createMiddleware<AuthEnv>(async (c, next) => {
      const given = credentialsOf(c);
      const credentials = given instanceof Promise ? await given : given;
      if (credentials === undefined) throw new NotAuthenticated('missing', 'Send an access token: "Authorization: Bearer <token>".');
      const token = tokenIn(credentials);
      const known = token === undefined ? undefined : authenticator.recall(token, rule.intent);
      const principal = known ?? (await authenticate(credentials, c.get('client').limitKey, rule.intent));
      c.set('principal', principal);
      await countRequest(limits, principal);
      if (rule.roles !== undefined && !rule.roles.includes(principal.role)) {
        throw new NotPermitted(rule.refusal ?? `This is open to: ${rule.roles.join(', ')}.`);
      }
      if (rule.scope !== undefined && !principal.scopes.has(rule.scope)) {
        throw new NotPermitted(`This needs a token with the scope "${rule.scope}".`);
      }
      await next();
    });
}
