export { cacheMoods, refreshMoods, writeThrough } from './cache-moods.ts';
export { createMoodCache } from './mood-cache.ts';
export type { CacheResult, MoodCache, MoodCacheOptions } from './mood-cache.ts';
export { createMoodBroadcaster, createMoodNewsSubscriber } from './mood-news.ts';
