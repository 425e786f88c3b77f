import { createMiddleware } from 'hono/factory';
import type { Authenticator, Intent } from './authenticator.ts';
import { NotAuthenticated, NotPermitted } from './errors.ts';
import type { Principal, Role, ServiceScope } from './principal.ts';

export interface AuthEnv {
  Variables: { principal: Principal };
}

const bearer = /^Bearer +([\w.~+/-]+=*) *$/i;

export interface AccessRule {
  intent: Intent;
  /** Who may; everyone who is signed in when absent. */
  roles?: readonly Role[];
  /** What a service token needs besides its role. */
  scope?: ServiceScope;
  /** Says who may, in the words of an answer: "Only models can …". */
  refusal?: string;
}

export type Guard = ReturnType<typeof createGuards>;

/** Makes the middleware that lets a route's rightful callers in: 401 without a valid token, 403 for the wrong role or scope. */
export function createGuards(authenticator: Authenticator) {
  return (rule: AccessRule) =>
    createMiddleware<AuthEnv>(async (c, next) => {
      const header = c.req.header('authorization');
      if (header === undefined) throw new NotAuthenticated('missing', 'Send an access token: "Authorization: Bearer <token>".');
      const token = bearer.exec(header)?.[1];
      if (token === undefined) throw new NotAuthenticated('malformed', 'The Authorization header has to read "Bearer <token>".');
      const principal = await authenticator.authenticate(token, rule.intent);
      if (rule.roles !== undefined && !rule.roles.includes(principal.role)) {
        throw new NotPermitted(rule.refusal ?? `This is open to: ${rule.roles.join(', ')}.`);
      }
      if (rule.scope !== undefined && principal.role === 'service' && !principal.scopes.has(rule.scope)) {
        throw new NotPermitted(`The service token needs the scope "${rule.scope}".`);
      }
      c.set('principal', principal);
      await next();
    });
}
