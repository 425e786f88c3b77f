import { ServerResponse } from 'node:http';
import type { Context } from 'hono';

/**
 * Sets headers before anybody answers; an answer may set other values. On the response of Node.js itself, where there is one: what is
 * set on an answer that is complete already would have it built a second time, which takes longer than all else.
 */
export function setEarly(c: Context, headers: readonly (readonly [name: string, value: string])[]): void {
  const outgoing: unknown = c.env?.outgoing;
  if (outgoing instanceof ServerResponse) for (const [name, value] of headers) outgoing.setHeader(name, value);
  else for (const [name, value] of headers) c.header(name, value);
}

/** As `setEarly`, beside values that are there already. */
export function appendEarly(c: Context, name: string, value: string): void {
  const outgoing: unknown = c.env?.outgoing;
  if (outgoing instanceof ServerResponse) outgoing.appendHeader(name, value);
  else c.header(name, value, { append: true });
}
