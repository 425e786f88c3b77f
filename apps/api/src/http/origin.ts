import type { RequestOrigin } from '@mood/domain';
import type { Context } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';

const maxUserAgentLength = 512;

/** Where a request came from, for the audit log: the client's address, and what the client calls itself. */
export function originOf(c: Context<AuthEnv>): RequestOrigin {
  return {
    ipAddress: c.get('client').ip ?? null,
    userAgent: c.req.header('user-agent')?.slice(0, maxUserAgentLength) ?? null,
  };
}
