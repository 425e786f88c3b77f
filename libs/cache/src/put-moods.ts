import { DependencyUnavailable, maxMoodVersion } from '@mood/domain';
import type { Mood } from '@mood/domain';
import { createScript, placeOf } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { withinTime } from '@mood/runtime';
import { z } from 'zod';
import { parseCachedMood, serializeMood } from './cached-mood.ts';
import type { MoodKeys } from './mood-keys.ts';

/** Milliseconds for which an entry is kept, also when the mood ends before: then it reads as neutral, from the cache as from the table. */
const entryMs = 300_000;

/**
 * Puts moods in their places, each a pair of keys (mark, entry) and three values (version, entry, and the digest of what is known to be forged: it may
 * hold bytes that are no text), after ARGV[1]: how many digits a version has at most. Answers for each with the entry that is there when its
 * version is not lower, and it is not the forged one. What is of another type, or begins with no version that there can be, is overwritten.
 * Nothing is written where the mark of the epoch is gone: then so may be a newer entry.
 */
const script = createScript(`
local function put(mark, place, version, value, forged)
  if redis.call('EXISTS', mark) == 0 then return 'wiped' end
  local entry = redis.pcall('GET', place)
  if type(entry) == 'string' and redis.sha1hex(entry) ~= forged then
    local there = string.match(entry, '^(%d+) ')
    if there and #there <= tonumber(ARGV[1]) and tonumber(there) >= tonumber(version) then return {entry, redis.sha1hex(entry)} end
  end
  redis.call('SET', place, value, 'PX', ${entryMs})
  return false
end
local answers = {}
for i = 1, #KEYS / 2 do
  answers[i] = put(KEYS[2 * i - 1], KEYS[2 * i], ARGV[3 * i - 1], ARGV[3 * i], ARGV[3 * i + 1])
end
return answers
`);

const answersSchema = z.array(z.union([z.null(), z.tuple([z.string(), z.string()])], 'Redis was wiped'));

/** How often somebody may put another forged entry in the place of the last one while this is going on. */
const maxTries = 3;

export interface PutMoodsOptions {
  /** For how long an answer is waited for, in milliseconds. */
  patienceMs: number;
  /** The mood as the table has it. Asked only when a newer entry is there. */
  findStored: (modelId: string) => Promise<Mood | null>;
  /** Whether an entry of the same version that says something else gives way. Two readings of one version are the same; a forgery is not. */
  replacesSame: boolean;
  /** Told of each entry that could not be believed. */
  onUnusable: () => void;
}

/** A mood on its way to its place. */
interface Placing {
  keys: MoodKeys;
  newest: Mood;
  /** The digest of the entry that was found to be forged. */
  forged: string;
}

/** So many share a script: Redis does nothing else meanwhile. */
const maxTogether = 100;

/**
 * Puts moods in their places unless a newer one, or the same, is there: one round trip, a script for all that may share one. A newer one that cannot be
 * read, or is newer than what the table has, was forged: otherwise it would win against every change to come.
 * @throws what Redis does, or Error when it was wiped since the epoch began.
 */
export async function putMoods(
  redis: RedisConnection,
  moods: readonly { mood: Mood; keys: MoodKeys }[],
  options: PutMoodsOptions,
): Promise<void> {
  let rest: Placing[] = moods.map(({ mood, keys }) => ({ keys, newest: mood, forged: '' }));
  for (let tries = 0; tries < maxTries && rest.length > 0; tries += 1) {
    const places = Map.groupBy(rest, ({ keys }) => placeOf(redis, keys.entry));
    const batches = Array.from(places.values(), (placings) => inBatches(placings, maxTogether)).flat();
    const answers = await withinTime(options.patienceMs, Promise.all(batches.map((batch) => send(redis, batch))));
    const judged = await Promise.all(answers.flat().map(({ placing, there }) => judge(placing, there, options)));
    rest = judged.filter((placing) => placing !== undefined);
  }
  if (rest.length > 0) throw new Error('somebody keeps writing moods that do not exist');
}

function inBatches<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, nth) => all.slice(nth * size, (nth + 1) * size));
}

type There = z.output<typeof answersSchema>[number];

async function send(redis: RedisConnection, batch: readonly Placing[]): Promise<{ placing: Placing; there: There }[]> {
  const keys = batch.flatMap((placing) => [placing.keys.mark, placing.keys.entry]);
  const values = batch.flatMap(({ newest, forged }) => [newest.version, serializeMood(newest), forged]);
  const answers = answersSchema.parse(await script(redis, keys, [String(maxMoodVersion).length, ...values]));
  return batch.map((placing, index) => ({ placing, there: answers[index] ?? null }));
}

/** @returns what is to be tried again; undefined when the mood has its place, or gives way to a newer one. */
async function judge({ keys, newest }: Placing, there: There, options: PutMoodsOptions): Promise<Placing | undefined> {
  if (there === null) return undefined;
  const [entry, digest] = there;
  const claimed = parseCachedMood(newest.modelId, entry);
  let next = newest;
  if (claimed !== null && claimed.version === newest.version) {
    if (!options.replacesSame || entry === serializeMood(newest)) return undefined;
  } else if (claimed !== null) {
    const stored = await findIfPossible(options, newest.modelId);
    if (stored === undefined || (stored !== null && stored.version >= claimed.version)) return undefined;
    if (stored !== null && stored.version > newest.version) next = stored;
  }
  options.onUnusable();
  return { keys, newest: next, forged: digest };
}

/** @returns undefined while the database cannot be asked: then an entry has the benefit of the doubt. */
async function findIfPossible({ findStored }: PutMoodsOptions, modelId: string): Promise<Mood | null | undefined> {
  try {
    return await findStored(modelId);
  } catch (error) {
    if (error instanceof DependencyUnavailable) return undefined;
    throw error;
  }
}
