import { defineEntity, p } from '@mikro-orm/core';

/** Whether moods may be read from Redis, and under which keys. */
export const CacheEntity = defineEntity({
  name: 'MoodCache',
  tableName: 'mood_cache',
  properties: {
    onlyRow: p.boolean().primary().default(true),
    closures: p.bigint('number').defaultRaw('0'),
    epoch: p.text().strictNullable(),
    servers: p.text().strictNullable(),
    changedAt: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
});

/** Which servers the processes reach while it is closed. */
export const CacheProcessEntity = defineEntity({
  name: 'MoodCacheProcess',
  tableName: 'mood_cache_processes',
  properties: {
    process: p.uuid().primary(),
    servers: p.text().strictNullable(),
    seenAt: p.datetime(6),
  },
});
