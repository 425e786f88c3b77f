import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, neverSetMood } from '@mood/domain';
import type { Mood, MoodStore } from '@mood/domain';
import { connectRedis, parseRedisUrl } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { openCacheLeases } from '@mood/testing/cache-leases';
import type { CacheLeases } from '@mood/testing/cache-leases';
import { createCapturedLog } from '@mood/testing/captured-log';
import { eventually } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { readThrough } from './cache-moods.ts';
import { createMoodCache } from './mood-cache.ts';
import type { CacheResult, MoodCache } from './mood-cache.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const log = createCapturedLog();
const prefix = `t${randomUUID().slice(0, 8)}`;

/** The table: what the store finds. */
const table = new Map<string, Mood>();
const find = jest.fn(async (modelId: string) => table.get(modelId) ?? null);
const results: CacheResult[] = [];
let unusable = 0;

let server: RedisServer;
let leases: CacheLeases;
let redis: RedisConnection;
let cache: MoodCache;
let moods: Pick<MoodStore, 'find' | 'findMany'>;

beforeAll(async () => {
  server = await createRedisServer();
  await server.start();
  leases = await openCacheLeases();
  redis = connectRedis(parseRedisUrl(server.url), { name: 'test', maxRetriesPerRequest: null, onError: () => {} });
  cache = createMoodCache({
    redisUrl: server.url,
    prefix,
    applicationName: 'test',
    logger: log.logger,
    createLease: (user) => leases.createLease(user),
    store: { find },
    onResult: (result) => results.push(result),
    onUnusable: () => {
      unusable += 1;
    },
  });
  await cache.start();
  await eventually(async () => cache.isOpen(), Boolean);
  const findBesideCache = async (ids: readonly string[]) => ({
    answer: ids.flatMap((id) => table.get(id) ?? []),
    cache: await leases.state(),
  });
  moods = readThrough({ findBesideCache }, cache, () => true);
});
afterAll(async () => {
  await cache.stop();
  await leases.close();
  await redis.quit();
  await server.remove();
});

const put = async (mood: Mood) => cache.put([mood], await leases.state());

/** A mood that the table and the cache have, and the key of its entry. */
async function knownMood(changes: Partial<Mood> = {}): Promise<{ mood: Mood; key: string }> {
  const mood: Mood = { ...neverSetMood(randomUUID(), now), version: 5, moodState: 'positive', customMessage: 'Hello', ...changes };
  table.set(mood.modelId, mood);
  await put(mood);
  const [key = ''] = await redis.keys(`${prefix}:*${mood.modelId}`);
  // A test process that stands still loses its lease, and has it again a moment later.
  await eventually(async () => cache.isOpen(), Boolean);
  find.mockClear();
  results.length = 0;
  unusable = 0;
  return { mood, key };
}

/** An entry as this system writes it, with something changed. */
function entryOf(mood: Mood, changes: Record<string, unknown> = {}): string {
  const entry: { version: unknown } = { ...mood, ...changes };
  return `${String(entry.version)} ${JSON.stringify(entry)}`;
}

const forged: [string, (mood: Mood) => string | Buffer][] = [
  ['a delay of 1,000,000,000 s', (mood) => entryOf(mood, { responseDelay: 1_000_000_000 })],
  ['a delay of 301 s', (mood) => entryOf(mood, { responseDelay: 301 })],
  ['a delay below 0', (mood) => entryOf(mood, { responseDelay: -1 })],
  ['half a second of delay', (mood) => entryOf(mood, { responseDelay: 0.5 })],
  ['a delay as text', (mood) => entryOf(mood, { responseDelay: '30' })],
  ['a tag in its message', (mood) => entryOf(mood, { customMessage: '<img src=x onerror=alert(1)>' })],
  ['an encoded tag', (mood) => entryOf(mood, { customMessage: '&lt;script&gt;alert(1)&lt;/script&gt;' })],
  ['a tag that is not closed', (mood) => entryOf(mood, { customMessage: 'Hello <img onerror=x ' })],
  ['an encoded tag in numbers', (mood) => entryOf(mood, { customMessage: '&#60;b>' })],
  ['a message of 201 characters', (mood) => entryOf(mood, { customMessage: 'x'.repeat(201) })],
  ['a message of 201 emoji', (mood) => entryOf(mood, { customMessage: '💕'.repeat(201) })],
  ['a message of 2 million characters', (mood) => entryOf(mood, { customMessage: 'x'.repeat(2_000_000) })],
  ['a line break', (mood) => entryOf(mood, { customMessage: 'Hello\nthere' })],
  ['a NUL', (mood) => entryOf(mood, { customMessage: 'Hello\0' })],
  ['a mark that turns the direction', (mood) => entryOf(mood, { customMessage: 'Hello \u202Etxt' })],
  ['half of an emoji', (mood) => entryOf(mood, { customMessage: 'Hello \uD83D' })],
  ['a message in another normal form', (mood) => entryOf(mood, { customMessage: 'Zoe\u0308' })],
  ['an empty message', (mood) => entryOf(mood, { customMessage: '' })],
  ['a message of blanks', (mood) => entryOf(mood, { customMessage: ' \u200B ' })],
  ['a message that is none', (mood) => entryOf(mood, { customMessage: { toString: 'x' } })],
  ['another mood', (mood) => entryOf(mood, { moodState: 'furious' })],
  ['a mood in upper case', (mood) => entryOf(mood, { moodState: 'POSITIVE' })],
  ['the name of a property of every object', (mood) => entryOf(mood, { moodState: '__proto__' })],
  ['a switch as text', (mood) => entryOf(mood, { autoRespond: 'true' })],
  ['an author that there is not', (mood) => entryOf(mood, { updatedBy: 'system' })],
  ['a day that there is not', (mood) => entryOf(mood, { expiresAt: '2026-02-30T00:00:00.000Z' })],
  ['an end in the year 275760', (mood) => entryOf(mood, { expiresAt: '+275760-09-13T00:00:00.000Z' })],
  ['an end that is a number', (mood) => entryOf(mood, { expiresAt: 4_000_000_000_000 })],
  ['a time that is none', (mood) => entryOf(mood, { lastUpdated: 'yesterday' })],
  ['no time', (mood) => entryOf(mood, { lastUpdated: null })],
  ['a version near 2^53', (mood) => entryOf(mood, { version: Number.MAX_SAFE_INTEGER - 1 })],
  ['a version beyond 2^53', (mood) => entryOf(mood, { version: 2 ** 60 })],
  ['a version above the highest that there is', (mood) => entryOf(mood, { version: 1_000_000_001 })],
  ['a version below 0', (mood) => entryOf(mood, { version: -5 })],
  ['half a version', (mood) => entryOf(mood, { version: 5.5 })],
  ['a high version before a mood of the right one', (mood) => `999999999 ${JSON.stringify(mood)}`],
  ['a version of 5,000 digits', (mood) => `${'9'.repeat(5_000)} ${JSON.stringify(mood)}`],
  ['no version before it', (mood) => JSON.stringify(mood)],
  ['a high version in the mood alone', (mood) => `5 ${JSON.stringify({ ...mood, version: 7 })}`],
  ['the mood of somebody else', (mood) => entryOf(mood, { modelId: randomUUID() })],
  ['a model in upper case', (mood) => entryOf(mood, { modelId: mood.modelId.toUpperCase() })],
  ['a high version and no JSON', () => '999999999 {'],
  ['a high version and null', () => '999999999 null'],
  ['a high version and a list', (mood) => `999999999 ${JSON.stringify([mood])}`],
  ['a high version and nothing', () => '999999999 '],
  ['nothing', () => ''],
  ['JSON that is very deep', () => `999999999 ${'['.repeat(100_000)}`],
  ['bytes that are no text', () => Buffer.from('999999999 \xff\xfe', 'latin1')],
  [
    'a mood with bytes that are no text',
    (mood) => Buffer.from(`999999999 ${JSON.stringify({ ...mood, customMessage: '\xff' })}`, 'latin1'),
  ],
];

describe('an entry with', () => {
  test.each(forged)('%s is a miss, is counted, and is replaced by what the table has', async (_what, forge) => {
    const { mood, key } = await knownMood();
    await redis.set(key, forge(mood));
    expect(await moods.find(mood.modelId)).toEqual(mood);
    expect(results).toEqual(['miss']);
    expect(unusable).toBeGreaterThanOrEqual(1);
    // Replaced: the next reader does not ask the table.
    expect(await moods.find(mood.modelId)).toEqual(mood);
    expect(results).toEqual(['miss', 'hit']);
    expect(await redis.get(key)).toBe(entryOf(mood));
    expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  test.each(forged)('%s does not win against a change', async (_what, forge) => {
    const { mood, key } = await knownMood();
    await redis.set(key, forge(mood));
    const changed: Mood = { ...mood, version: 6, customMessage: 'Changed' };
    table.set(mood.modelId, changed);
    await put(changed);
    expect(await redis.get(key)).toBe(entryOf(changed));
  });
});

describe('an entry that is a mood, but not one of the table,', () => {
  test.each([6, 7, 1_000, 999_999_999])('of version %d does not win against a change to version 6', async (version) => {
    const { mood, key } = await knownMood();
    await redis.set(key, entryOf(mood, { version, customMessage: 'Forged' }));
    const changed: Mood = { ...mood, version: 6, customMessage: 'Changed' };
    table.set(mood.modelId, changed);
    await put(changed);
    expect(await moods.find(mood.modelId)).toEqual(changed);
    expect(await redis.pttl(key)).toBeGreaterThan(0);
    expect(unusable).toBe(1);
  });

  test('gives way to the newest that the table has, when that is newer than the change', async () => {
    const { mood, key } = await knownMood();
    await redis.set(key, entryOf(mood, { version: 1_000, customMessage: 'Forged' }));
    const newest: Mood = { ...mood, version: 8, customMessage: 'Newest' };
    table.set(mood.modelId, newest);
    await put({ ...mood, version: 6 });
    expect(await redis.get(key)).toBe(entryOf(newest));
  });

  test('has the benefit of the doubt while the table cannot be asked, and the cache goes on', async () => {
    const { mood, key } = await knownMood();
    await redis.set(key, entryOf(mood, { version: 1_000 }));
    find.mockRejectedValueOnce(new DependencyUnavailable('database'));
    await put({ ...mood, version: 6 });
    expect(await cache.get(mood.modelId)).toMatchObject({ version: 1_000 });
  });
});

test('a newer mood that the table has, too, stays: the table is asked, and nothing is counted', async () => {
  const { mood, key } = await knownMood();
  const newer: Mood = { ...mood, version: 9, customMessage: 'Newer' };
  table.set(mood.modelId, newer);
  await redis.set(key, entryOf(newer));
  await put({ ...mood, version: 6 });
  expect(await redis.get(key)).toBe(entryOf(newer));
  expect(find).toHaveBeenCalledTimes(1);
  expect(unusable).toBe(0);
});

test('a change costs no question to the table where nobody has written anything else', async () => {
  const { mood } = await knownMood();
  await put({ ...mood, version: 6 });
  await put({ ...mood, version: 6 });
  expect(find).not.toHaveBeenCalled();
});

test.each<[string, (key: string) => Promise<unknown>]>([
  ['list', (key) => redis.rpush(key, 'x')],
  ['hash', (key) => redis.hset(key, 'x', 'y')],
  ['set', (key) => redis.sadd(key, 'x')],
  ['sorted set', (key) => redis.zadd(key, 1, 'x')],
  ['stream', (key) => redis.xadd(key, '*', 'x', 'y')],
])('a %s in the place of a mood is a miss, and is replaced', async (_type, write) => {
  const { mood, key } = await knownMood();
  await redis.del(key);
  await write(key);
  expect(await moods.find(mood.modelId)).toEqual(mood);
  expect(await redis.get(key)).toBe(entryOf(mood));
  await redis.del(key);
  await write(key);
  await put({ ...mood, version: 6 });
  expect(await redis.get(key)).toBe(entryOf({ ...mood, version: 6 }));
  await cache.check();
});

test.each<Partial<Mood>>([
  { customMessage: null },
  { customMessage: 'I <3 you & me > all "quotes"' },
  { customMessage: '💕'.repeat(200) },
  { customMessage: 'Zoë, à bientôt 👩‍❤️‍👩' },
  { responseDelay: 300, autoRespond: true },
  { expiresAt: new Date('9999-12-31T23:59:59.999Z') },
  { updatedBy: 'admin', version: 1_000_000_000 },
  { version: 0, moodState: 'neutral', customMessage: null },
])('a mood with %j is read as it was written', async (changes) => {
  const { mood } = await knownMood(changes);
  expect(await moods.find(mood.modelId)).toEqual(mood);
  expect(results).toEqual(['hit']);
});

test('the log tells of unusable entries once a minute, without what they say', () => {
  const lines = log.lines.filter(({ msg }) => msg.includes('no mood that this release wrote'));
  expect(lines).toHaveLength(1);
  expect(log.text()).not.toContain('onerror');
});
