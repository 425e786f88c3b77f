import { moodStates } from '@mood/domain';
import type { ChangedBy, OnMoodChange } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/**
 * Counts changes of moods (`mood_changes_total`).
 * @param changedBy whose changes this process makes: their series are there, with 0, from the start.
 * @returns the callback to call after each change.
 */
export function createMoodMetrics(registry: Registry, changedBy: readonly ChangedBy[]): OnMoodChange {
  const changes = new Counter({
    name: 'mood_changes_total',
    help: 'Mood changes that took place, by who made them and the mood that came of it.',
    labelNames: ['changed_by', 'mood_state'],
    registers: [registry],
  });
  const series = new Map<string, Counter.Internal>();
  for (const actor of changedBy) {
    for (const state of moodStates) {
      // The system resets moods to neutral, and makes no other change.
      if (actor === 'system' && state !== 'neutral') continue;
      series.set(`${actor} ${state}`, changes.labels({ changed_by: actor, mood_state: state }));
    }
  }
  for (const child of series.values()) child.inc(0);
  return (actor, state) => series.get(`${actor} ${state}`)?.inc();
}
