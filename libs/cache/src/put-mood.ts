import type { Mood } from '@mood/domain';
import { createScript } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { serializeMood } from './cached-mood.ts';

/** Milliseconds for which an entry is kept at most. */
export const maxAgeMs = 300_000;
/**
 * … and at least, also when the mood ends sooner: while an entry is there, no reader who was slow can put an older one in its place.
 * A mood that is over reads as neutral, from the cache as from the table.
 */
const minAgeMs = 2_000;

const script = createScript(`
local entry = redis.call('GET', KEYS[1])
if entry then
  local version = tonumber(string.match(entry, '^(%d+) '))
  if version and version >= tonumber(ARGV[1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

/** Puts a mood in its place unless a newer one, or the same, is there: one step, one round trip. */
export async function putMood(redis: RedisConnection, key: string, mood: Mood, now: Date): Promise<void> {
  const toItsEnd = mood.expiresAt === null ? maxAgeMs : mood.expiresAt.getTime() - now.getTime();
  const ageMs = Math.max(minAgeMs, Math.min(maxAgeMs, toItsEnd));
  await script(redis, [key], [mood.version, serializeMood(mood), ageMs]);
}
