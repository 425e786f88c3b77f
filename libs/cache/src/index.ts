export { cacheMoods, refreshMoods, writeThrough } from './cache-moods.ts';
export { createMoodCache } from './mood-cache.ts';
export type { CacheResult, MoodCache, MoodCacheOptions } from './mood-cache.ts';
export { createMoodBroadcaster, createMoodNewsReceiver } from './mood-news.ts';
