import { effectiveMood, neverSetMood } from './mood.ts';
import type { Mood } from './mood.ts';
import type { MoodStore } from './ports.ts';
import { requirePerformer } from './require-performer.ts';
import type { PerformerDependencies } from './require-performer.ts';

export interface ReadMoodDependencies extends PerformerDependencies {
  moods: MoodStore;
  clock: () => Date;
}

/**
 * The mood that counts now. A model that never set one is neutral.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable. Contract: "Get Model Mood State".
 */
export async function readMood(deps: ReadMoodDependencies, modelId: string): Promise<Mood> {
  const known = await deps.moods.find(modelId);
  if (known !== null) return effectiveMood(known, deps.clock());
  await requirePerformer(deps, modelId);
  return (await deps.moods.find(modelId)) ?? neverSetMood(modelId, deps.clock());
}

/**
 * The moods that count now of a page of models, in the order asked for: one query, however many models.
 * Performers whom this system has not met yet are looked up and made known, once.
 * @returns the moods, and the ids that no performer has.
 * @throws DependencyUnavailable.
 */
export async function readMoods(deps: ReadMoodDependencies, modelIds: readonly string[]): Promise<{ moods: Mood[]; notFound: string[] }> {
  const ids = [...new Set(modelIds)];
  const found = new Map((await deps.moods.findMany(ids)).map((mood) => [mood.modelId, mood]));
  const unmet = ids.filter((id) => !found.has(id));
  if (unmet.length > 0) {
    const answers = await Promise.all(unmet.map((id) => deps.performers.findPerformer(id)));
    const existing = unmet.filter((_, index) => answers[index] !== null);
    await deps.registry.register(existing);
    for (const mood of await deps.moods.findMany(existing)) found.set(mood.modelId, mood);
  }
  const now = deps.clock();
  return {
    moods: ids.flatMap((id) => {
      const mood = found.get(id);
      return mood === undefined ? [] : [effectiveMood(mood, now)];
    }),
    notFound: ids.filter((id) => !found.has(id)),
  };
}
