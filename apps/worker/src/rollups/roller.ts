import { reconcileYesterday, rollUpDueBuckets } from '@mood/db';
import type { Database } from '@mood/db';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Of the differences of a night, so many are logged one by one. */
const loggedDifferences = 20;

export interface RollerOptions {
  /** Milliseconds between two rounds. */
  everyMs: number;
  registry: Registry;
  logger: Logger;
}

/**
 * Rolls up what analytics count, every minute, and compares yesterday with the rows that it was made of once a night. Of several workers one
 * does it, whichever comes first.
 */
export function createRoller(database: Database, { everyMs, registry, logger }: RollerOptions): Service {
  const registers = [registry];
  const differences = new Counter({
    name: 'mood_rollup_differences_total',
    help: 'Sums of analytics that were not what their rows come to, found and mended at night.',
    registers,
  });
  const reconciled = new Gauge({
    name: 'mood_rollup_reconciled_timestamp_seconds',
    help: 'When this process last compared a day of analytics with its rows; 0 before the first time.',
    registers,
  });

  async function reconcile(): Promise<void> {
    const found = await reconcileYesterday(database);
    if (found === null) return;
    reconciled.setToCurrentTime();
    differences.inc(found.differences.length);
    for (const { fact, bucket_start: bucket, group_key: group, stored, counted } of found.differences.slice(0, loggedDifferences))
      logger.error({ fact, bucket, group, stored, counted }, 'a roll-up is not what its rows come to');
    const count = found.differences.length;
    if (count > 0) logger.error({ day: found.day, differences: count }, 'roll-ups of a day were mended');
    else logger.info({ day: found.day }, 'roll-ups of a day are what their rows come to');
  }

  return createLoop({
    name: 'roller',
    idleMs: everyMs,
    logger,
    async round() {
      const round = await rollUpDueBuckets(database);
      if (round?.more === true) return 'more';
      await reconcile();
      return 'idle';
    },
  });
}
