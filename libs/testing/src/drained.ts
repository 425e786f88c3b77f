import { eventually } from './eventually.ts';
import type { Stack } from './stack.ts';

interface OpenWork {
  /** Outbox rows: promises whose effect is not confirmed. */
  promises: number;
  /** Replies that are neither sent nor cancelled. */
  replies: number;
}

const openWork = `SELECT
  (SELECT count(*) FROM outbox)::int AS promises,
  (SELECT count(*) FROM auto_replies WHERE status NOT IN ('sent', 'cancelled', 'joined'))::int AS replies`;

/**
 * Waits until everything that was promised has happened and nothing is left in the queues: what has not arrived by then was
 * lost, and nothing arrives any more. @throws when that takes longer than `withinMs`, or when a job failed for good.
 */
export async function untilDrained(stack: Pick<Stack, 'database' | 'queues'>, withinMs: number): Promise<void> {
  const queues = await stack.queues();
  await eventually(
    async () => {
      const [[rows], jobs] = await Promise.all([stack.database.query<OpenWork>(openWork), queues.open()]);
      return rows === undefined ? undefined : rows.promises + rows.replies + jobs;
    },
    (open) => open === 0,
    withinMs,
  );
  const failed = await queues.failed();
  if (failed > 0) throw new Error(`${failed} jobs failed for good`);
}
