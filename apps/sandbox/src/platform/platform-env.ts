import type { HttpBindings } from '@hono/node-server';

/** Gives routes the raw connection: some faults close it without an answer. */
export interface PlatformEnv {
  Bindings: HttpBindings;
}
