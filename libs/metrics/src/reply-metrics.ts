import type { OnReplyOutcome, ReplyOutcome } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/**
 * Counts what becomes of messages and of the automatic replies to them (`mood_auto_replies_total`).
 * @param outcomes those that this process brings about: their series are there, with 0, from the start.
 * @returns the callback to call with each outcome.
 */
export function createReplyMetrics(registry: Registry, outcomes: readonly ReplyOutcome[]): OnReplyOutcome {
  const counted = new Counter({
    name: 'mood_auto_replies_total',
    help: 'What became of messages and of the automatic replies to them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const series = new Map(outcomes.map((outcome) => [outcome, counted.labels({ outcome })]));
  for (const child of series.values()) child.inc(0);
  return (outcome, count = 1) => series.get(outcome)?.inc(count);
}
