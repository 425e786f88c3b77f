import type { MoodStore } from '@mood/domain';
import type { MoodCache } from './mood-cache.ts';

/**
 * Brings the cache up to what the table says of some models. For whoever hears of changes in another way than by making them: a process
 * that was killed between its change and the cache has left an older mood there.
 * @throws DependencyUnavailable (the database).
 */
export async function refreshMoods(store: Pick<MoodStore, 'findMany'>, cache: MoodCache, modelIds: readonly string[]): Promise<void> {
  if (modelIds.length === 0) return;
  const moods = await store.findMany([...new Set(modelIds)]);
  await Promise.all(moods.map((mood) => cache.put(mood)));
}
