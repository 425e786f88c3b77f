import { moodStates } from '@mood/domain';
import type { MoodStore } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

const actors = ['model', 'admin', 'system'] as const;

export interface MoodMetrics {
  /** A change found that the mood before had ended, and reset it first. */
  onEndedFirst: () => void;
  /** @returns the same store, with every change that it makes counted. */
  measure(moods: MoodStore): MoodStore;
}

export function createMoodMetrics(registry: Registry): MoodMetrics {
  const changes = new Counter({
    name: 'mood_changes_total',
    help: 'Mood changes that took place, by who made them and the mood that came of it.',
    labelNames: ['changed_by', 'mood_state'],
    registers: [registry],
  });
  const bound = new Map(
    actors.map((actor) => [
      actor,
      new Map(moodStates.map((state) => [state, changes.labels({ changed_by: actor, mood_state: state })] as const)),
    ]),
  );
  const resets = bound.get('system')?.get('neutral');
  // The system makes moods neutral, and nothing else.
  for (const [actor, children] of bound) if (actor !== 'system') for (const child of children.values()) child.inc(0);
  resets?.inc(0);

  return {
    onEndedFirst: () => resets?.inc(),
    measure: (moods) => ({
      ...moods,
      async change(modelId, settings, actor, rules) {
        const outcome = await moods.change(modelId, settings, actor, rules);
        if (outcome.kind === 'changed') bound.get(actor.kind)?.get(outcome.mood.moodState)?.inc();
        return outcome;
      },
    }),
  };
}
