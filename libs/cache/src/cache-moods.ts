import type { Mood, MoodStore } from '@mood/domain';
import type { MoodCache } from './mood-cache.ts';

/** Who took longer to read the table, in milliseconds, does not fill the cache: by then the mood may have been changed and its entry gone. */
const maxFillMs = 1_000;

/** The same store, which brings every change to the cache before it says that it is done. */
export function writeThrough(store: MoodStore, cache: MoodCache): MoodStore {
  return {
    ...store,
    async change(modelId, settings, actor, rules) {
      const outcome = await store.change(modelId, settings, actor, rules);
      if (outcome.kind === 'changed') await cache.put(outcome.mood);
      return outcome;
    },
    async expire(modelId, version) {
      const outcome = await store.expire(modelId, version);
      if (outcome.kind === 'reset') await cache.put(outcome.mood);
      return outcome;
    },
  };
}

/** As `writeThrough`, and moods are read from the cache when they are there. */
export function cacheMoods(store: MoodStore, cache: MoodCache): MoodStore {
  async function readAndFill(read: () => Promise<Mood[]>): Promise<Mood[]> {
    const began = performance.now();
    const moods = await read();
    // Awaited: who is told of a mood is not told of an older one next time.
    if (performance.now() - began <= maxFillMs) await Promise.all(moods.map((mood) => cache.offer(mood)));
    return moods;
  }

  return {
    ...writeThrough(store, cache),
    async find(modelId) {
      const cached = await cache.get(modelId);
      if (cached !== null) return cached;
      const [mood = null] = await readAndFill(async () => {
        const found = await store.find(modelId);
        return found === null ? [] : [found];
      });
      return mood;
    },
    async findMany(modelIds) {
      const cached = await Promise.all(modelIds.map((modelId) => cache.get(modelId)));
      const missing = modelIds.filter((_, index) => cached[index] === null);
      const read = missing.length === 0 ? [] : await readAndFill(() => store.findMany(missing));
      return [...cached.filter((mood) => mood !== null), ...read];
    },
  };
}
