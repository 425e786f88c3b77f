import type { UsageCounter, UsageOutcome } from '@mood/domain';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { createFlushLoop } from '../flush-loop.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';

// In the order of the key, so that two processes never wait for each other in a circle.
const add = statement(
  'add-template-usage',
  { counts: 'json' },
  (_, { counts }) => sql<never>`INSERT INTO mood_template_usage AS u (template_id, day, rendered, sent, failed)
    SELECT r.template_id, r.day, r.rendered, r.sent, r.failed
    FROM json_populate_recordset(NULL::mood_template_usage, ${counts}) AS r
    ORDER BY r.template_id, r.day
    ON CONFLICT (template_id, day) DO UPDATE SET rendered = u.rendered + excluded.rendered, sent = u.sent + excluded.sent,
      failed = u.failed + excluded.failed`,
);

interface Counts extends Record<UsageOutcome, number> {
  template_id: string;
  /** `2026-01-02`, in UTC. */
  day: string;
}

export interface UsageCounterOptions {
  logger: Logger;
  /** Milliseconds between two flushes. */
  flushMs?: number;
  clock?: () => Date;
}

/** Sums up in memory and stores the sums every two seconds, in one statement. What a killed process had not stored is lost. */
export function createUsageCounter(database: Database, options: UsageCounterOptions): UsageCounter & Service {
  const { logger, flushMs = 2_000, clock = () => new Date() } = options;
  let pending = new Map<string, Counts>();

  function countsOf(templateId: string, day: string): Counts {
    const key = `${templateId} ${day}`;
    const known = pending.get(key);
    if (known !== undefined) return known;
    const counts = { template_id: templateId, day, rendered: 0, sent: 0, failed: 0 };
    pending.set(key, counts);
    return counts;
  }

  async function flush(): Promise<void> {
    if (pending.size === 0) return;
    const flushed = pending;
    pending = new Map();
    try {
      await add.run(database.query, { counts: toJson([...flushed.values()]) });
    } catch (error) {
      for (const { template_id, day, rendered, sent, failed } of flushed.values()) {
        const counts = countsOf(template_id, day);
        counts.rendered += rendered;
        counts.sent += sent;
        counts.failed += failed;
      }
      throw error;
    }
  }

  return {
    ...createFlushLoop({ name: 'template usage', flushMs, logger, flush }),
    count(templateId, outcome) {
      countsOf(templateId, clock().toISOString().slice(0, 10))[outcome] += 1;
    },
  };
}
