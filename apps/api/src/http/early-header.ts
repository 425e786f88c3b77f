import { ServerResponse } from 'node:http';
import type { Context } from 'hono';

/**
 * Sets a header before anybody answers; an answer may set another value. On the response of Node.js itself, where there is one: what is
 * set on an answer that is complete already would have it built a second time, which takes longer than all else.
 */
export function setEarly(c: Context, name: string, value: string): void {
  const outgoing: unknown = c.env?.outgoing;
  if (outgoing instanceof ServerResponse) outgoing.setHeader(name, value);
  else c.header(name, value);
}
