import { DependencyUnavailable, DomainError } from '../errors.ts';
import { fewAtATime } from '../few-at-a-time.ts';
import { effectiveMood, neverSetMood } from './mood.ts';
import type { Mood } from './mood.ts';
import type { MoodStore } from './ports.ts';
import { requirePerformer } from './require-performer.ts';
import type { PerformerDependencies } from './require-performer.ts';

/** Concurrent lookups of one request at the Performer Service, so that other requests get theirs. */
const maxQuestions = 8;

export interface ReadMoodDependencies extends PerformerDependencies {
  moods: MoodStore;
  clock: () => Date;
}

/**
 * The mood in effect now. A model that never set one is neutral.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable. Contract: "Get Model Mood State".
 */
export async function readMood(deps: ReadMoodDependencies, modelId: string): Promise<Mood> {
  const known = await deps.moods.find(modelId);
  if (known !== null) return effectiveMood(known, deps.clock());
  await requirePerformer(deps, modelId);
  return (await deps.moods.find(modelId)) ?? neverSetMood(modelId, deps.clock());
}

/** A mood as far as it is known during an outage. */
export interface KnownMood {
  mood: Mood;
  /** The mood is not known: it is neutral in its place. */
  degraded: boolean;
}

/**
 * As `readMood`, but neutral when the mood is not known because of an outage: no message should wait for it.
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

/**
 * As `readMoods`, but unknown moods are neutral during an outage. If the Performer Service cannot answer for one model, the others of the
 * page are not affected.
 */
export async function readMoodsOrNeutral(
  deps: ReadMoodDependencies,
  modelIds: readonly string[],
): Promise<{ moods: Mood[]; notFound: string[]; degraded: boolean }> {
  const ids = [...new Set(modelIds)];
  try {
    const page = await lookUpPage(deps, ids);
    const now = deps.clock();
    for (const id of page.unanswered.keys()) page.found.set(id, neverSetMood(id, now));
    return { ...inOrder(ids, page.found, now), degraded: page.unanswered.size > 0 };
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
  }
  // One by one, because the cache may still have some of them.
  const known = await fewAtATime(ids, maxQuestions, (modelId) => readMoodIfThere(deps, modelId));
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
 * The moods in effect now of a page of models, in the requested order: one query, however many models. Performers that this system has not
 * met are looked up and registered, once.
 * @returns the moods, and the ids that no performer has.
 * @throws DependencyUnavailable.
 */
export async function readMoods(deps: ReadMoodDependencies, modelIds: readonly string[]): Promise<{ moods: Mood[]; notFound: string[] }> {
  const ids = [...new Set(modelIds)];
  const { found, unanswered } = await lookUpPage(deps, ids);
  for (const failure of unanswered.values()) throw failure;
  return inOrder(ids, found, deps.clock());
}

interface LookedUpPage {
  /** The stored moods, by model. */
  found: Map<string, Mood>;
  /** Unregistered models of which the Performer Service could not say whether they exist. */
  unanswered: Map<string, DependencyUnavailable>;
}

async function lookUpPage(deps: ReadMoodDependencies, ids: readonly string[]): Promise<LookedUpPage> {
  const found = new Map((await deps.moods.findMany(ids)).map((mood) => [mood.modelId, mood]));
  const unanswered = new Map<string, DependencyUnavailable>();
  const isPerformer = async (id: string) => {
    try {
      return (await deps.performers.findPerformer(id)) !== null;
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      unanswered.set(id, error);
      return false;
    }
  };
  const unmet = ids.filter((id) => !found.has(id));
  const answers = await fewAtATime(unmet, maxQuestions, isPerformer);
  const existing = unmet.filter((_, index) => answers[index]);
  if (existing.length > 0) {
    await deps.registry.register(existing);
    for (const mood of await deps.moods.findMany(existing)) found.set(mood.modelId, mood);
  }
  return { found, unanswered };
}

function inOrder(ids: readonly string[], found: ReadonlyMap<string, Mood>, now: Date): { moods: Mood[]; notFound: string[] } {
  return {
    moods: ids.flatMap((id) => {
      const mood = found.get(id);
      return mood === undefined ? [] : [effectiveMood(mood, now)];
    }),
    notFound: ids.filter((id) => !found.has(id)),
  };
}
