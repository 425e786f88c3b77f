import { DependencyUnavailable, DomainError } from '../errors.ts';
import { fewAtATime } from '../few-at-a-time.ts';
import { effectiveMood, neverSetMood } from './mood.ts';
import type { Mood } from './mood.ts';
import type { MoodStore } from './ports.ts';
import { requirePerformer } from './require-performer.ts';
import type { PerformerDependencies } from './require-performer.ts';

/** What one request may ask the Performer Service at a time, so that it leaves room for the questions of others. */
const maxQuestions = 8;

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

/** What is known of a mood while something that would know it does not answer. */
export interface KnownMood {
  mood: Mood;
  /** It could not be found out: neutral is what is said instead. */
  degraded: boolean;
}

/**
 * As `readMood`; neutral when the mood cannot be found out now, because no message should wait for that.
 * @throws DomainError MODEL_NOT_FOUND. Contract: INT-5.
 */
export async function readMoodOrNeutral(deps: ReadMoodDependencies, modelId: string): Promise<KnownMood> {
  try {
    return { mood: await readMood(deps, modelId), degraded: false };
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
    return { mood: neverSetMood(modelId, deps.clock()), degraded: true };
  }
}

/** As `readMoods`; those that cannot be found out now are neutral. Contract: INT-5. */
export async function readMoodsOrNeutral(
  deps: ReadMoodDependencies,
  modelIds: readonly string[],
): Promise<{ moods: Mood[]; notFound: string[]; degraded: boolean }> {
  try {
    return { ...(await readMoods(deps, modelIds)), degraded: false };
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
  }
  // One by one: what the cache knows is still known.
  const known = await fewAtATime([...new Set(modelIds)], maxQuestions, (modelId) => readMoodIfThere(deps, modelId));
  return {
    moods: known.flatMap(({ mood }) => (mood === null ? [] : [mood])),
    notFound: known.flatMap(({ modelId, mood }) => (mood === null ? [modelId] : [])),
    degraded: true,
  };
}

async function readMoodIfThere(deps: ReadMoodDependencies, modelId: string): Promise<{ modelId: string; mood: Mood | null }> {
  try {
    return { modelId, mood: (await readMoodOrNeutral(deps, modelId)).mood };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'MODEL_NOT_FOUND') return { modelId, mood: null };
    throw error;
  }
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
    const answers = await fewAtATime(unmet, maxQuestions, (id) => deps.performers.findPerformer(id));
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
