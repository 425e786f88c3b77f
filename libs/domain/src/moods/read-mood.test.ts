import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '../errors.ts';
import { neverSetMood } from './mood.ts';
import type { Mood } from './mood.ts';
import type { MoodStore } from './ports.ts';
import { readMood, readMoodOrNeutral, readMoods, readMoodsOrNeutral } from './read-mood.ts';

const now = new Date('2026-01-02T12:00:00.000Z');
const idOf = (nth: number) => `0198c5a0-7a3f-7c11-9d2e-${String(nth).padStart(12, '0')}`;
/** Known here, met for the first time, unknown to everybody, and one of whom the Performer Service cannot say. */
const [known, met, nobody, unsaid] = [idOf(1), idOf(2), idOf(3), idOf(4)];

const positive: Mood = { ...neverSetMood(known, now), moodState: 'positive', version: 3 };
const neutral = (modelId: string) => neverSetMood(modelId, now);

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this');
}

const unavailable = async (): Promise<never> => {
  throw new DependencyUnavailable('database');
};

/** A mood system that knows one model. */
function setUp(store: Partial<MoodStore> = {}) {
  const registered: string[] = [];
  const stored = new Map([[known, positive]]);
  const moods: MoodStore = {
    find: async (modelId) => stored.get(modelId) ?? null,
    findMany: async (ids) => ids.flatMap((id) => stored.get(id) ?? []),
    change: notAsked,
    expire: notAsked,
    history: notAsked,
    ...store,
  };
  return {
    registered,
    deps: {
      moods,
      clock: () => now,
      performers: {
        async findPerformer(modelId: string) {
          if (modelId === unsaid) throw new DependencyUnavailable('performer service');
          return modelId === met || modelId === known ? { id: modelId, displayName: 'Sophia' } : null;
        },
      },
      registry: {
        async register(ids: readonly string[]) {
          registered.push(...ids);
          for (const id of ids) stored.set(id, neutral(id));
        },
      },
    },
  };
}

describe('a mood', () => {
  test('that is known is no guess', async () => {
    expect(await readMoodOrNeutral(setUp().deps, known)).toEqual({ mood: positive, degraded: false });
  });

  test.each<[string, Partial<MoodStore>, string]>([
    ['the store', { find: unavailable }, known],
    ['the Performer Service', {}, unsaid],
  ])('that %s cannot tell is neutral, and marked', async (_who, store, modelId) => {
    const { deps } = setUp(store);
    expect(await readMoodOrNeutral(deps, modelId)).toEqual({ mood: neutral(modelId), degraded: true });
    await expect(readMood(deps, modelId)).rejects.toBeInstanceOf(DependencyUnavailable);
  });

  test('of nobody is not made up, and a fault of ours is no outage', async () => {
    await expect(readMoodOrNeutral(setUp().deps, nobody)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    const find = () => Promise.reject(new TypeError('a fault'));
    await expect(readMoodOrNeutral(setUp({ find }).deps, known)).rejects.toThrow('a fault');
  });
});

describe('a page of moods', () => {
  test('that are all known is not marked; whoever is met is registered', async () => {
    const { deps, registered } = setUp();
    const page = { moods: [neutral(met), positive], notFound: [nobody] };
    expect(await readMoodsOrNeutral(deps, [met, nobody, known, met])).toEqual({ ...page, degraded: false });
    expect(await readMoods(deps, [met, nobody, known])).toEqual(page);
    expect(registered).toEqual([met]);
  });

  test('is marked when the Performer Service cannot say of one of them, and has the others as they are', async () => {
    const { deps, registered } = setUp();
    expect(await readMoodsOrNeutral(deps, [known, unsaid, nobody])).toEqual({
      moods: [positive, neutral(unsaid)],
      notFound: [nobody],
      degraded: true,
    });
    expect(registered).toEqual([]);
    await expect(readMoods(deps, [known, unsaid])).rejects.toBeInstanceOf(DependencyUnavailable);
  });

  test('is marked when the store does not answer, and has what can still be read', async () => {
    const { deps } = setUp({ findMany: unavailable });
    expect(await readMoodsOrNeutral(deps, [known, nobody, unsaid])).toEqual({
      moods: [positive, neutral(unsaid)],
      notFound: [nobody],
      degraded: true,
    });
    await expect(readMoods(deps, [known])).rejects.toBeInstanceOf(DependencyUnavailable);
  });

  test('fails for a fault of ours', async () => {
    const findMany = () => Promise.reject(new TypeError('a fault'));
    await expect(readMoodsOrNeutral(setUp({ findMany }).deps, [known])).rejects.toThrow('a fault');
  });
});
