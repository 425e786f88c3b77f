import { randomUUID } from 'node:crypto';
import { withLogContext } from '@mood/runtime';
import type { Context, Next } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { setEarly } from './fast/early-headers.ts';

/** A client's own request id is used if it has this form. */
const acceptable = /^[\w-]{1,64}$/;

/** Called after every request with its duration in milliseconds. */
export type RequestWatcher = (c: Context<AuthEnv>, milliseconds: number) => void;

export interface FrameOptions {
  /** Headers of every answer, unless a route sets its own value. */
  headers: Promise<readonly (readonly [name: string, value: string])[]>;
  watchers: readonly RequestWatcher[];
}

/**
 * The outermost middleware: gives the request its id (in `X-Request-Id` and in every log line written for it), sets the headers of every
 * answer, and calls the watchers. All in one middleware: each layer costs as much as a question to the cache.
 */
export function frameRequests({ headers, watchers }: FrameOptions) {
  let known: Awaited<FrameOptions['headers']> | undefined;
  async function answer(c: Context<AuthEnv>, next: Next): Promise<void> {
    const start = performance.now();
    await next();
    const milliseconds = performance.now() - start;
    for (const watch of watchers) watch(c, milliseconds);
  }

  return createMiddleware<AuthEnv>(async (c, next) => {
    known ??= await headers;
    const requestId = identify(c);
    setEarly(c, [['X-Request-Id', requestId], ...known]);
    await withLogContext({ requestId }, () => answer(c, next));
  });
}

/** The client's request id, or a new one. */
function identify(c: Context): string {
  const given = c.req.header('x-request-id');
  return given !== undefined && acceptable.test(given) ? given : randomUUID();
}
