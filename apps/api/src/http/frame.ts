import { randomUUID } from 'node:crypto';
import { withLogContext } from '@mood/runtime';
import type { Context, Next } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { setEarly } from './early-headers.ts';

/** A client's own id is used when it is no more than an id. */
const acceptable = /^[\w-]{1,64}$/;

/** Told of every request when it is answered, and how long that took. */
export type RequestWatcher = (c: Context<AuthEnv>, milliseconds: number) => void;

export interface FrameOptions {
  /** What every answer has that sets no other. */
  headers: Promise<readonly (readonly [name: string, value: string])[]>;
  watchers: readonly RequestWatcher[];
}

/**
 * What goes around every request: its id, in the answer (`X-Request-Id`) and in every log line that is written on the way to it; the
 * headers of every answer; and whoever watches. One layer for all of it: a layer costs as much as a question to the cache.
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

/** The id of a request: its client's own, or a new one. */
function identify(c: Context): string {
  const given = c.req.header('x-request-id');
  return given !== undefined && acceptable.test(given) ? given : randomUUID();
}
