import { DependencyUnavailable } from '@mood/domain';
import type { CacheableMoods, Mood, MoodStore } from '@mood/domain';
import type { MoodCache } from './mood-cache.ts';

type Store = MoodStore & CacheableMoods;

/** The same store, which says that a change is done when nobody reads what was before it any more. */
export function writeThrough(store: Store, cache: MoodCache): MoodStore {
  return {
    ...store,
    async change(...change) {
      const { answer, cache: state } = await store.changeBesideCache(...change);
      if (answer.kind === 'changed') await cache.settle([answer.mood], state);
      return answer;
    },
    async expire(...expiry) {
      const { answer, cache: state } = await store.expireBesideCache(...expiry);
      if (answer.kind === 'reset') await cache.settle([answer.mood], state);
      return answer;
    },
  };
}

/**
 * Moods are read from the cache when they are there.
 * @param isReachable whether the database is: while it is not, what the cache was last known to be serves, and callers are to be told so.
 */
export function readThrough(
  store: Pick<CacheableMoods, 'findBesideCache'>,
  cache: MoodCache,
  isReachable: () => boolean,
): Pick<MoodStore, 'find' | 'findMany'> {
  /** Who is told of a mood is not told of an older one next time, by any process: the cache has it first, or is out of use. */
  async function readTable(modelIds: readonly string[]): Promise<Mood[]> {
    const reading = cache.beginReading();
    const found = await store.findBesideCache(modelIds);
    if (found === undefined) return [];
    await cache.settle(found.answer, found.cache, reading);
    return found.answer;
  }

  async function findLastKnown(modelId: string): Promise<Mood | null> {
    const mood = isReachable() ? null : await cache.getLastKnown(modelId);
    return isReachable() ? null : mood;
  }

  return {
    async find(modelId) {
      const cached = (await cache.get(modelId)) ?? (await findLastKnown(modelId));
      if (cached !== null) return cached;
      try {
        const [mood = null] = await readTable([modelId]);
        return mood;
      } catch (error) {
        const known = error instanceof DependencyUnavailable ? await findLastKnown(modelId) : null;
        if (known === null) throw error;
        return known;
      }
    },
    async findMany(modelIds) {
      const cached = await Promise.all(modelIds.map((modelId) => cache.get(modelId)));
      const missing = modelIds.filter((_, index) => cached[index] === null);
      const read = missing.length === 0 ? [] : await readTable(missing);
      return [...cached.filter((mood) => mood !== null), ...read];
    },
  };
}

/** As `writeThrough` and `readThrough`. */
export const cacheMoods = (store: Store, cache: MoodCache, isReachable: () => boolean): MoodStore => ({
  ...writeThrough(store, cache),
  ...readThrough(store, cache, isReachable),
});

/**
 * Brings the cache up to what the table says of some models. For whoever hears of changes in another way than by making them: a process
 * that was killed between its change and the cache has left an older mood there.
 * @throws DependencyUnavailable (the database).
 */
export async function refreshMoods(store: CacheableMoods, cache: MoodCache, modelIds: readonly string[]): Promise<void> {
  if (modelIds.length === 0) return;
  const found = await store.findBesideCache([...new Set(modelIds)]);
  if (found !== undefined) await cache.put(found.answer, found.cache);
}
