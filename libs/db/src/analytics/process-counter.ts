import { randomUUID } from 'node:crypto';
import type { ProcessCounter } from '@mood/domain';
import { createLoop, endsWithin } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';

// A batch that is stored already, or is being stored by a statement whose connection was lost, adds nothing: the row of the process is locked
// before its sequence is looked at. In the order of the key, so that two processes never wait for each other in a circle.
const store = statement(
  'store-process-counts',
  { process: 'uuid', sequence: 'bigint', counts: 'json' },
  (_, { process, sequence, counts }) => sql<never>`WITH batch AS (
      INSERT INTO analytics_count_batches AS b (process, sequence, stored_at) VALUES (${process}, ${sequence}, clock_timestamp())
      ON CONFLICT (process) DO UPDATE SET sequence = excluded.sequence, stored_at = excluded.stored_at
        WHERE b.sequence < excluded.sequence
      RETURNING process)
    INSERT INTO analytics_counts AS c (bucket_start, metric, group_key, model_id, n)
    SELECT r.bucket_start, r.metric, r.group_key, r.model_id, r.n
    FROM batch, json_populate_recordset(NULL::analytics_counts, ${counts}) AS r
    ORDER BY r.metric, r.bucket_start, r.group_key, r.model_id
    ON CONFLICT (metric, bucket_start, group_key, model_id) DO UPDATE SET n = c.n + excluded.n`,
);

/** Milliseconds of a bucket: every time zone in use is a multiple of it from UTC. */
const bucketMs = 900_000;
/** Counts in memory, about 300 bytes each. Beyond that models are not told apart any more; what happened is still counted. */
const maxCounts = 10_000;
/** How long stopping waits for the last counts to be stored, in milliseconds. */
const lastFlushMs = 3_000;

interface Count {
  bucket_start: Date;
  metric: string;
  group_key: string;
  model_id: string | null;
  n: number;
}

export interface ProcessCounterOptions {
  logger: Logger;
  /** Milliseconds between two flushes. */
  flushMs?: number;
  maxCounts?: number;
  clock?: () => Date;
}

/**
 * Sums up in memory, and adds the sums to `analytics_counts` every three seconds, in one statement, each of them exactly once: a batch that
 * failed comes again as it was, under its number, before the next one. What a killed process had not stored is lost.
 */
export function createProcessCounter(database: Database, options: ProcessCounterOptions): ProcessCounter & Service {
  const { logger, flushMs = 3_000, maxCounts: most = maxCounts, clock = () => new Date() } = options;
  const process = randomUUID();
  let sequence = 0;
  let pending = new Map<string, Count>();
  /** Sent, and not known to be stored. */
  let underWay: { sequence: number; counts: string } | undefined;

  function countOf(metric: string, group: string, modelId: string | null): Count {
    const now = clock().getTime();
    const bucket = now - (now % bucketMs);
    const key = `${metric} ${bucket} ${group} ${modelId ?? ''}`;
    const known = pending.get(key);
    if (known !== undefined) return known;
    if (modelId !== null && pending.size >= most) return countOf(metric, group, null);
    const count = { bucket_start: new Date(bucket), metric, group_key: group, model_id: modelId, n: 0 };
    pending.set(key, count);
    return count;
  }

  async function flush(): Promise<void> {
    while (underWay !== undefined || pending.size > 0) {
      if (underWay === undefined) {
        sequence += 1;
        underWay = { sequence, counts: toJson([...pending.values()]) };
        pending = new Map();
      }
      await store.run(database.query, { process, ...underWay });
      underWay = undefined;
    }
  }

  const loop = createLoop({
    name: 'process counts',
    idleMs: flushMs,
    logger,
    async round() {
      await flush();
      return 'idle';
    },
  });

  return {
    ...loop,
    count(metric, group, modelId) {
      countOf(metric, group, modelId).n += 1;
    },
    async stop() {
      await loop.stop();
      await endsWithin(lastFlushMs, flush());
    },
  };
}
