import { getConnInfo } from '@hono/node-server/conninfo';
import type { RequestOrigin } from '@mood/domain';
import type { Context } from 'hono';

const maxUserAgentLength = 512;

/** Where a request came from, for the audit log: the peer of the connection, and what the client calls itself. */
export function originOf(c: Context): RequestOrigin {
  return {
    ipAddress: getConnInfo(c).remote.address ?? null,
    userAgent: c.req.header('user-agent')?.slice(0, maxUserAgentLength) ?? null,
  };
}
