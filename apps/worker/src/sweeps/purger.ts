import { purgeStaleRows } from '@mood/db';
import type { Database } from '@mood/db';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';

/** Removes rows that no decision needs any more. */
export function createPurger(database: Database, logger: Logger, everyMs: number): Service {
  return createLoop({
    name: 'purger',
    idleMs: everyMs,
    logger,
    async round(signal) {
      const rows = await purgeStaleRows(database, signal);
      if (rows > 0) logger.info({ rows }, 'purged stale rows');
      return 'idle';
    },
  });
}
