import { claimStock, createAnalyticsReader } from '@mood/db';
import type { Database } from '@mood/db';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import type { Registry } from 'prom-client';
import { createAnalyticsMetrics } from '../ops/analytics-metrics.ts';

/** A worker whose minute is a little shorter than that of another one must not lose it its turn. */
const slack = 5 / 6;

/** Counts once a minute what operators watch of moods and analytics. Of several workers one does it. */
export function createStockTaker(
  database: Database,
  { everyMs, registry, logger }: { everyMs: number; registry: Registry; logger: Logger },
): Service {
  const takeStock = createAnalyticsMetrics(registry, createAnalyticsReader(database));
  return createLoop({
    name: 'stock taker',
    idleMs: everyMs,
    logger,
    async round() {
      if (await claimStock(database, everyMs * slack)) await takeStock();
      return 'idle';
    },
  });
}
