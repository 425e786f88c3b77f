import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable, neverSetMood } from '@mood/domain';
import type { CacheState, ChangeOutcome, ExpiryOutcome, Mood } from '@mood/domain';
import { cacheMoods, refreshMoods } from './cache-moods.ts';
import type { MoodCache } from './mood-cache.ts';

const state: CacheState = { closures: 3, epoch: '3-abcdef01', servers: 'there' };
const moodOf = (version: number): Mood => ({ ...neverSetMood(randomUUID(), new Date('2026-03-01T12:00:00.000Z')), version });

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this');
}

interface World {
  /** What the cache has, what it was last known to have, and what the table has. */
  cached?: Mood;
  lastKnown?: Mood;
  stored?: Mood | Error;
  isReachable?: () => boolean;
}

/** A store behind a cache that notes what it is told, and does not settle before it may. */
function createStoreUnderTest({ cached, lastKnown, stored, isReachable = () => true }: World) {
  const told: { moods: readonly Mood[]; state: CacheState }[] = [];
  const settling = Promise.withResolvers<void>();
  const reading = { beganAt: 7, reached: undefined };
  const cache: MoodCache = {
    name: 'cache under test',
    start: notAsked,
    stop: notAsked,
    check: notAsked,
    isOpen: () => true,
    get: async () => cached ?? null,
    getLastKnown: async () => lastKnown ?? null,
    beginReading: () => reading,
    async settle(moods, seen) {
      told.push({ moods, state: seen });
      await settling.promise;
    },
    async put(moods, seen) {
      told.push({ moods, state: seen });
      return true;
    },
  };
  const answered = <Answer>(answer: Answer) => Promise.resolve({ answer, cache: state });
  const [changed, reset] = [moodOf(5), moodOf(6)];
  const change: ChangeOutcome = { kind: 'changed', mood: changed, allowance: null, heldUntil: null };
  const expiry: ExpiryOutcome = { kind: 'reset', mood: reset };
  const store = {
    find: notAsked,
    findMany: notAsked,
    history: notAsked,
    change: notAsked,
    expire: notAsked,
    changeBesideCache: () => answered(change),
    expireBesideCache: () => answered(expiry),
    findBesideCache: () => (stored instanceof Error ? Promise.reject(stored) : stored ? answered([stored]) : Promise.resolve(undefined)),
  };
  return { moods: cacheMoods(store, cache, isReachable), store, cache, told, settle: () => settling.resolve(), changed, reset };
}

/** Whether a promise is still open after everything that does not wait was done. */
async function isOpenStill(work: Promise<unknown>): Promise<boolean> {
  const over = work.then(
    () => false,
    () => false,
  );
  return Promise.race([over, new Promise<boolean>((resolve) => void setImmediate(() => resolve(true)))]);
}

const settings = { moodState: 'positive', customMessage: null, autoRespond: false, responseDelay: 0, expiresAt: null } as const;
const rules = { hourlyLimit: null, termsVersion: null, holdMinutes: null };
const actor = { kind: 'model', modelId: 'model', origin: { ipAddress: null, userAgent: null } } as const;

describe('nobody is told before the cache is,', () => {
  test('of a change', async () => {
    const { moods, told, settle, changed } = createStoreUnderTest({});
    const changing = moods.change(changed.modelId, settings, actor, rules);
    expect(await isOpenStill(changing)).toBe(true);
    expect(told).toEqual([{ moods: [changed], state }]);
    settle();
    expect(await changing).toMatchObject({ kind: 'changed', mood: changed });
  });

  test('of the end of a mood', async () => {
    const { moods, told, settle, reset } = createStoreUnderTest({});
    const expiring = moods.expire(reset.modelId, 5);
    expect(await isOpenStill(expiring)).toBe(true);
    expect(told).toEqual([{ moods: [reset], state }]);
    settle();
    expect(await expiring).toEqual({ kind: 'reset', mood: reset });
  });

  test('of what the table has', async () => {
    const stored = moodOf(4);
    const { moods, told, settle } = createStoreUnderTest({ stored });
    const [one, many] = [moods.find(stored.modelId), moods.findMany([stored.modelId])];
    for (const reading of [one, many]) expect(await isOpenStill(reading)).toBe(true);
    expect(told).toEqual([
      { moods: [stored], state },
      { moods: [stored], state },
    ]);
    settle();
    expect([await one, await many]).toEqual([stored, [stored]]);
  });
});

describe('a mood', () => {
  const away = new DependencyUnavailable('database');

  test('that the cache has is not asked of the table', async () => {
    const cached = moodOf(1);
    const { moods, told } = createStoreUnderTest({ cached, stored: away });
    expect([await moods.find(cached.modelId), await moods.findMany([cached.modelId])]).toEqual([cached, [cached]]);
    expect(told).toEqual([]);
  });

  test('that nobody has is none', async () => {
    const { moods } = createStoreUnderTest({});
    expect([await moods.find(randomUUID()), await moods.findMany([randomUUID()])]).toEqual([null, []]);
  });

  test('that was last known serves while the database is away', async () => {
    const lastKnown = moodOf(2);
    const { moods } = createStoreUnderTest({ lastKnown, stored: away, isReachable: () => false });
    expect(await moods.find(lastKnown.modelId)).toBe(lastKnown);
  });

  test('that was last known does not serve while the database is there, whatever the table answers', async () => {
    const [lastKnown, stored] = [moodOf(2), moodOf(3)];
    const { moods, settle } = createStoreUnderTest({ lastKnown, stored });
    settle();
    expect(await moods.find(stored.modelId)).toBe(stored);
    await expect(createStoreUnderTest({ lastKnown, stored: away }).moods.find(lastKnown.modelId)).rejects.toBe(away);
  });

  test('that was last known does not serve when the database came back while it was looked up', async () => {
    const [lastKnown, stored] = [moodOf(2), moodOf(3)];
    const reachable = [false, true];
    const { moods, settle } = createStoreUnderTest({ lastKnown, stored, isReachable: () => reachable.shift() ?? true });
    settle();
    expect(await moods.find(stored.modelId)).toBe(stored);
  });

  test('is not made up when the table fails in another way', async () => {
    const fault = new Error('a fault of ours');
    const { moods } = createStoreUnderTest({ lastKnown: moodOf(2), stored: fault, isReachable: () => true });
    await expect(moods.find(randomUUID())).rejects.toBe(fault);
  });
});

test('who hears of changes in another way brings them to the cache, and asks nothing for none', async () => {
  const stored = moodOf(8);
  const { store, cache, told } = createStoreUnderTest({ stored });
  await refreshMoods(store, cache, []);
  expect(told).toEqual([]);
  await refreshMoods(store, cache, [stored.modelId, stored.modelId]);
  expect(told).toEqual([{ moods: [stored], state }]);
});
