import { randomUUID } from 'node:crypto';
import type { ProcessCounter, RenderedCounter, RenderedMessages } from '@mood/domain';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { createFlushLoop } from '../flush-loop.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';

// A batch that is stored already, or is being stored by a statement whose connection was lost, adds nothing: the row of the process is locked
// before its sequence is looked at. In the order of the key, so that two processes never wait for each other in a circle. Events go into the
// outbox with the counts: that a model has reached its limit when that is counted for the first time in a quarter of an hour.
const store = statement(
  'store-process-counts',
  { process: 'uuid', sequence: 'bigint', counts: 'json', rendered: 'json' },
  (_, { process, sequence, counts, rendered }) => sql<never>`WITH batch AS MATERIALIZED (
      INSERT INTO analytics_count_batches AS b (process, sequence, stored_at) VALUES (${process}, ${sequence}, clock_timestamp())
      ON CONFLICT (process) DO UPDATE SET sequence = excluded.sequence, stored_at = excluded.stored_at
        WHERE b.sequence < excluded.sequence
      RETURNING process),
    given AS MATERIALIZED (
      SELECT r.* FROM batch, json_to_recordset(${counts})
        AS r(bucket_start timestamptz, metric text, group_key text, model_id uuid, n bigint, first_at timestamptz)),
    added AS (
      INSERT INTO analytics_counts AS c (bucket_start, metric, group_key, model_id, n)
      SELECT bucket_start, metric, group_key, model_id, n FROM given ORDER BY metric, bucket_start, group_key, model_id
      ON CONFLICT (metric, bucket_start, group_key, model_id) DO UPDATE SET n = c.n + excluded.n
      RETURNING c.bucket_start, c.metric, c.group_key, c.model_id, old.n IS NULL AS is_first)
    INSERT INTO outbox (kind, model_id, payload)
    SELECT 'mood-limit-reached', g.model_id, jsonb_build_object('timestamp', g.first_at)
    FROM added JOIN given g USING (bucket_start, metric, group_key, model_id) WHERE is_first AND metric = 'limit_hits' AND group_key = 'changes'
    UNION ALL SELECT 'message-rendered', r.model_id, jsonb_build_object('messages', r.messages)
    FROM batch, json_to_recordset(${rendered}) AS r(model_id uuid, messages json)`,
);

/** Milliseconds of a bucket: every time zone in use is a multiple of it from UTC. */
const bucketMs = 900_000;
/**
 * Counts in memory, about 300 bytes each. Beyond that models are not told apart any more; what happened is still counted. As many kinds of
 * rendered messages: beyond that, further kinds are not told.
 */
const maxCounts = 10_000;
/** Events in a row of the outbox. */
const messagesPerEvent = 100;
interface Count {
  bucket_start: Date;
  metric: string;
  group_key: string;
  model_id: string | null;
  n: number;
  first_at: Date;
}

export interface ProcessCounterOptions {
  logger: Logger;
  /** Milliseconds between two flushes. */
  flushMs?: number;
  maxCounts?: number;
  clock?: () => Date;
  /** Whether messages that are rendered become events. */
  tellsRendered?: boolean;
}

/** Rows of the outbox, each in the name of the first model that it is about. */
function inRows(messages: readonly RenderedMessages[]): { model_id: string | undefined; messages: readonly RenderedMessages[] }[] {
  return Array.from({ length: Math.ceil(messages.length / messagesPerEvent) }, (_, nth) => {
    const some = messages.slice(nth * messagesPerEvent, (nth + 1) * messagesPerEvent);
    return { model_id: some[0]?.modelId, messages: some };
  });
}

/**
 * Sums up in memory, and adds the sums to `analytics_counts` every three seconds, in one statement, each of them exactly once: a batch that
 * failed comes again as it was, under its number, before the next one. What a killed process had not stored is lost.
 */
export function createProcessCounter(database: Database, options: ProcessCounterOptions): ProcessCounter & RenderedCounter & Service {
  const { logger, flushMs = 3_000, maxCounts: most = maxCounts, clock = () => new Date(), tellsRendered = true } = options;
  const process = randomUUID();
  let sequence = 0;
  let pending = new Map<string, Count>();
  let messages = new Map<string, RenderedMessages>();
  /** Sent, and not known to be stored. */
  let underWay: { sequence: number; counts: string; rendered: string } | undefined;

  function countOf(metric: string, group: string, modelId: string | null): Count {
    const now = clock();
    const bucket = now.getTime() - (now.getTime() % bucketMs);
    const key = `${metric} ${bucket} ${group} ${modelId ?? ''}`;
    const known = pending.get(key);
    if (known !== undefined) return known;
    if (modelId !== null && pending.size >= most) return countOf(metric, group, null);
    const count = { bucket_start: new Date(bucket), metric, group_key: group, model_id: modelId, n: 0, first_at: now };
    pending.set(key, count);
    return count;
  }

  async function flush(): Promise<void> {
    while (underWay !== undefined || pending.size + messages.size > 0) {
      if (underWay === undefined) {
        sequence += 1;
        underWay = { sequence, counts: toJson([...pending.values()]), rendered: toJson(inRows([...messages.values()])) };
        pending = new Map();
        messages = new Map();
      }
      await store.run(database.query, { process, ...underWay });
      underWay = undefined;
    }
  }

  return {
    ...createFlushLoop({ name: 'process counts', flushMs, logger, flush }),
    count(metric, group, modelId) {
      countOf(metric, group, modelId).n += 1;
    },
    rendered(message) {
      if (!tellsRendered) return;
      const timestamp = clock().toISOString();
      const key = Object.values(message).join(' ');
      const known = messages.get(key);
      if (known !== undefined) Object.assign(known, { count: known.count + 1, timestamp });
      else if (messages.size < most) messages.set(key, { ...message, count: 1, timestamp });
    },
  };
}
