import type { HttpBindings } from '@hono/node-server';

/** The routes reach the raw connection: some faults end it without an answer. */
export interface PlatformEnv {
  Bindings: HttpBindings;
}
