import { purgeStaleRows } from '@mood/db';
import type { Database } from '@mood/db';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';

export interface PurgerOptions {
  purgeEveryMs: number;
  keepRepliesDays: number;
}

/** Removes rows that no decision needs any more. */
export function createPurger(database: Database, logger: Logger, { purgeEveryMs, keepRepliesDays }: PurgerOptions): Service {
  return createLoop({
    name: 'purger',
    idleMs: purgeEveryMs,
    logger,
    async round(signal) {
      const rows = await purgeStaleRows(database, signal, { keepRepliesDays });
      if (rows > 0) logger.info({ rows }, 'purged stale rows');
      return 'idle';
    },
  });
}
