import { DependencyUnavailable, maxMoodVersion } from '@mood/domain';
import type { Mood } from '@mood/domain';
import { createScript } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { withinTime } from '@mood/runtime';
import { z } from 'zod';
import { parseCachedMood, serializeMood } from './cached-mood.ts';

/** Milliseconds for which an entry is kept, also when the mood ends before: then it reads as neutral, from the cache as from the table. */
const entryMs = 300_000;

/**
 * Answers with the entry that is there when its version is not lower, and it is not the one that is known to be forged (ARGV[3], by its
 * digest: it may hold bytes that are no text). What is of another type, or begins with no version that there can be (ARGV[4] digits at
 * most), is overwritten. Nothing is written where the mark of the epoch (KEYS[2]) is gone: then so may be a newer entry.
 */
const script = createScript(`
if redis.call('EXISTS', KEYS[2]) == 0 then return 'wiped' end
local entry = redis.pcall('GET', KEYS[1])
if type(entry) == 'string' and redis.sha1hex(entry) ~= ARGV[3] then
  local version = string.match(entry, '^(%d+) ')
  if version and #version <= tonumber(ARGV[4]) and tonumber(version) >= tonumber(ARGV[1]) then return {entry, redis.sha1hex(entry)} end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ${entryMs})
return false
`);

const foundSchema = z.tuple([z.string(), z.string()], 'Redis was wiped');

/** How often somebody may put another forged entry in the place of the last one while this is going on. */
const maxTries = 3;

export interface PutMoodOptions {
  /** For how long an answer is waited for, in milliseconds. */
  patienceMs: number;
  /** The mood as the table has it. Asked only when a newer entry is there. */
  findStored: (modelId: string) => Promise<Mood | null>;
  /** Whether an entry of the same version that says something else gives way. Two readings of one version are the same; a forgery is not. */
  replacesSame: boolean;
  /** Told of each entry that could not be believed. */
  onUnusable: () => void;
}

/** Where a mood has its place: its entry, and the mark of the epoch on the same server. */
export interface MoodKeys {
  entry: string;
  mark: string;
}

/**
 * Puts a mood in its place unless a newer one, or the same, is there: one step, one round trip. A newer one that cannot be read, or is newer
 * than what the table has, was forged: otherwise it would win against every change to come.
 * @throws what Redis does, or Error when it was wiped since the epoch began.
 */
export async function putMood(redis: RedisConnection, keys: MoodKeys, mood: Mood, options: PutMoodOptions): Promise<void> {
  let [newest, forged] = [mood, ''];
  for (let tries = 0; tries < maxTries; tries += 1) {
    const values = [newest.version, serializeMood(newest), forged, String(maxMoodVersion).length];
    const answer = await withinTime(options.patienceMs, script(redis, [keys.entry, keys.mark], values));
    if (answer === null) return;
    const [there, digest] = foundSchema.parse(answer);
    const claimed = parseCachedMood(mood.modelId, there);
    if (claimed !== null && claimed.version === newest.version) {
      if (!options.replacesSame || there === values[1]) return;
    } else if (claimed !== null) {
      const stored = await findIfPossible(options, mood.modelId);
      if (stored === undefined || (stored !== null && stored.version >= claimed.version)) return;
      if (stored !== null && stored.version > newest.version) newest = stored;
    }
    options.onUnusable();
    forged = digest;
  }
  throw new Error('somebody keeps writing moods that do not exist');
}

/** @returns undefined while the database cannot be asked: then an entry has the benefit of the doubt. */
async function findIfPossible({ findStored }: PutMoodOptions, modelId: string): Promise<Mood | null | undefined> {
  try {
    return await findStored(modelId);
  } catch (error) {
    if (error instanceof DependencyUnavailable) return undefined;
    throw error;
  }
}
