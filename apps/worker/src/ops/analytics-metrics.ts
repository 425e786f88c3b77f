import { moodStates, takeStock } from '@mood/domain';
import type { AnalyticsReader, Stock } from '@mood/domain';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Milliseconds after which numbers are shown no more: by then another worker has counted anew. */
const shownMs = 90_000;

/**
 * What operators watch of moods and analytics. Counted by one worker a minute, and shown by that one alone, so that nothing is counted twice; for a moment after a change of worker both show it, so take the maximum.
 * @returns the function to call when it is this worker's turn.
 */
export function createAnalyticsMetrics(registry: Registry, analytics: AnalyticsReader, now = () => Date.now()): () => Promise<void> {
  let stock: Stock | undefined;
  let takenAt = -Infinity;

  function gauge<Label extends string>(name: string, help: string, labelNames: Label[], show: (found: Stock, gauge: Gauge<Label>) => void) {
    const made: Gauge<Label> = new Gauge<Label>({
      name,
      help,
      labelNames,
      // Not among the registry's own until it is whole: an unlabelled gauge would show 0 before anything is known.
      registers: [],
      collect() {
        this.reset();
        if (labelNames.length === 0) this.remove();
        if (stock !== undefined) show(stock, made);
      },
    });
    registry.registerMetric(made);
  }
  const isFresh = () => now() - takenAt < shownMs;

  gauge('mood_models', 'Models by the mood in effect; an expired one is neutral.', ['mood_state'], ({ moods }, made) => {
    if (isFresh()) for (const state of moodStates) made.set({ mood_state: state }, moods.byState[state]);
  });
  gauge('mood_models_active', 'Models whose mood is not neutral, or has a message, or replies automatically.', [], ({ moods }, made) => {
    if (isFresh()) made.set(moods.active);
  });
  gauge('mood_models_known', 'Models known to this system.', [], ({ moods }, made) => {
    if (isFresh()) made.set(moods.known);
  });
  gauge('mood_models_adopted', 'Models that changed their mood themselves within so many days.', ['days'], ({ adoption }, made) => {
    if (!isFresh()) return;
    made.set({ days: '7' }, adoption.adopted7d);
    made.set({ days: '30' }, adoption.adopted30d);
  });
  gauge(
    'mood_reply_engagement_ratio',
    'Of a day’s automatic replies that are an hour old: the share after which the user wrote again within the hour. Absent without replies.',
    [],
    ({ engagement }, made) => {
      if (isFresh() && engagement !== null) made.set(engagement);
    },
  );
  // Both are shown on: what was rolled up and verified stays so, and of several workers the one that knows most is right.
  gauge(
    'mood_rollup_lag_seconds',
    'Seconds since the end of the last quarter of an hour that this worker knows to be rolled up: up to 15 minutes and one are usual. Take the minimum over the workers.',
    [],
    ({ rolledUpUntil }, made) => {
      if (rolledUpUntil !== null) made.set((now() - rolledUpUntil.getTime()) / 1_000);
    },
  );
  gauge(
    'mood_audit_verified_until_timestamp_seconds',
    'When the last verification of the whole audit log began. Absent before the first.',
    [],
    ({ auditVerifiedUntil }, made) => {
      if (auditVerifiedUntil !== null) made.set(auditVerifiedUntil.getTime() / 1_000);
    },
  );

  return async () => {
    stock = await takeStock(analytics);
    takenAt = now();
  };
}
