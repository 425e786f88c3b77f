import { errorCode } from '@mood/runtime';
import { isRefusedConnection } from './pooled-client.ts';

/**
 * SQLSTATE classes and codes with which PostgreSQL, or a pooler before it, says "not now" or "not you": connection lost (08), login
 * refused (28), no such database (3D000), closed for connections (55000), shutting down or starting (57P), out of connections, memory
 * or disk (53), trouble with its files or itself (58, F0, XX), idle for too long (25P03, 25P04).
 */
const outageStates = /^(08|28|3D000|53|55000|57P|58|F0|XX|25P0[34])/;

/**
 * Whether an error of the driver says that nobody gets anything done there now, rather than that one statement was wrong: by its SQLSTATE
 * (`code`), or because it refused a connection, with whatever code. Not by `severity`, which comes in the language of the server.
 */
export function isOutageAnswer(error: object): boolean {
  return outageStates.test(errorCode(error) ?? '') || isRefusedConnection(error);
}
