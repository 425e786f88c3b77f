import type { ErrorCode } from '@mood/domain';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Client } from '../http/client-address.ts';
import type { RequestLimit } from '../http/request-limit.ts';
import { TooManyRequests } from '../http/request-limit.ts';
import type { Authenticator, Intent } from './authenticator.ts';
import { NotAuthenticated, NotPermitted } from './errors.ts';
import type { AuthenticationFailure } from './errors.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Access } from './access.ts';
import type { Principal } from './principal.ts';

export interface AuthEnv {
  Variables: {
    principal: Principal;
    /** Asks whether the session is still good, for answers that last. @throws NotAuthenticated; DependencyUnavailable. */
    checkSession: () => Promise<unknown>;
    client: Client;
    /** Whether the request was counted against the limit of unauthenticated requests. */
    isAnonymous: boolean;
    /** The error code of the answer, if it is an error. */
    errorCode: ErrorCode;
    /** Whether the answer (a preview, for example) says that the submitted text would be refused on saving. */
    refusedContent: boolean | undefined;
    /** Whether the caller decides how much is looked through for the answer. */
    isNarrowable: boolean | undefined;
    /** Why authentication failed. */
    authFailure: AuthenticationFailure;
    /** The same in more detail, for the log. */
    authFailureDetail: string | undefined;
  };
}

const bearer = /^Bearer +([\w.~+/-]+=*) *$/i;

/** The bearer token of an Authorization header; undefined for other schemes. */
const tokenIn = (credentials: string): string | undefined => bearer.exec(credentials)?.[1];

export interface AccessRule extends Access {
  intent: Intent;
}

/** The limits that the guards apply: requests per principal, and failed sign-ins per client address. */
export interface SignInLimits {
  perPrincipal: RequestLimit;
  failedSignIns: FailedSignIns;
}

export type Guard = ReturnType<typeof createGuards>;

/** Reads the credentials of a request, in the form of an Authorization header. */
export type Credentials = (c: Context<AuthEnv>) => string | undefined | Promise<string | undefined>;

/**
 * Counts a request against the principal's limit per minute.
 * @param worth how many requests it counts as, for batch requests.
 * @throws TooManyRequests.
 */
export async function countRequest({ perPrincipal }: Pick<SignInLimits, 'perPrincipal'>, principal: Principal, worth = 1): Promise<void> {
  // Services act for many users, and the platform is responsible for their rate.
  if (principal.role === 'service' || worth === 0) return;
  const waitMs = await perPrincipal.take(`${principal.role} ${principal.subject}`, worth);
  if (waitMs !== undefined) throw new TooManyRequests(waitMs);
}

const authorizationHeader: Credentials = (c) => c.req.header('authorization');

/**
 * Calls `use` with the bearer token. If the token is refused, a failed sign-in is counted for the client address. The guards and the
 * sign-out share this rule, so that tokens cannot be guessed more cheaply at one of them.
 * @throws what `use` throws; NotAuthenticated without a token; TooManyRequests instead once the address has sent too many forged tokens.
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
 * Makes the middleware that authorises a route: 401 without a valid token, 403 for the wrong role or scope, 429 above the rate limit. After
 * too many forged tokens from a client address further ones get 429, too; valid tokens from that address still work.
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
      c.set('checkSession', () => authenticator.authenticate(token ?? '', rule.intent));
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
