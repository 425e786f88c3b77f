import type { Client } from 'pg';
import { eventually } from './eventually.ts';

export interface OpenWork {
  /** Outbox rows: promises whose effect is not confirmed. */
  promises: number;
  /** Replies that are neither sent nor cancelled. */
  replies: number;
  jobs: number;
  failedJobs: number;
}

const openWork = `SELECT
  (SELECT count(*) FROM outbox)::int AS promises,
  (SELECT count(*) FROM auto_replies WHERE status NOT IN ('sent', 'cancelled', 'joined'))::int AS replies,
  (SELECT count(*) FROM bullmq.job WHERE state NOT IN ('completed', 'failed'))::int AS jobs,
  (SELECT count(*) FROM bullmq.job WHERE state = 'failed')::int AS "failedJobs"`;

/**
 * Waits until everything that was promised has happened and nothing is left in the queues: what has not arrived by then was
 * lost, and nothing arrives any more. @throws when that takes longer than `withinMs`, or when a job failed for good.
 */
export async function untilDrained(database: Client, withinMs: number): Promise<void> {
  const found = await eventually(
    async () => {
      const { rows } = await database.query<OpenWork>(openWork);
      return rows[0];
    },
    (open) => open !== undefined && open.promises + open.replies + open.jobs === 0,
    withinMs,
  );
  if (found !== undefined && found.failedJobs > 0) throw new Error(`${found.failedJobs} jobs failed for good`);
}
