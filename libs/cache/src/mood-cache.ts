import { setTimeout as pause } from 'node:timers/promises';
import type { CacheLease, CacheState, CacheUser, Mood, MoodStore } from '@mood/domain';
import { closeRedis, connectRedis, parseRedisUrl, readTogether, watchServers } from '@mood/redis';
import type { ReachedServers, RedisConnection, ServerWatch } from '@mood/redis';
import { createLoop, roomFor, withinTime } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { parseCachedMood } from './cached-mood.ts';
import { moodLayout } from './mood-keys.ts';
import { putMoods } from './put-moods.ts';

/** `error`: the cache could not be asked, or not be believed. */
export type CacheResult = 'hit' | 'miss' | 'error';

/** A reading of the table that has begun. */
export interface Reading {
  beganAt: number;
  /** Where the cache was written to then. */
  reached: ReachedServers | undefined;
}

/** The current moods, as stored, in Redis. Redis being away is no error of any of this: whoever gets nothing asks the table. */
export interface MoodCache extends Service {
  /** One round trip, shared with whoever asks in the same turn of the event loop. */
  get(modelId: string): Promise<Mood | null>;
  /** As `get`; also when it cannot be found out whether the cache may still be believed. */
  getLastKnown(modelId: string): Promise<Mood | null>;
  /** To be called before the table is read. */
  beginReading(): Reading;
  /**
   * Waits until nobody reads anything older than these moods: the cache has them, or it is closed, which takes a second.
   * @param state where the cache stood when they were read or changed. @param reading when they were read.
   * @throws DependencyUnavailable (the database) when the cache cannot be closed.
   */
  settle(moods: readonly Mood[], state: CacheState, reading?: Reading): Promise<void>;
  /** Puts moods into the cache if it is open. @returns whether it has them, or newer ones. */
  put(moods: readonly Mood[], state: CacheState): Promise<boolean>;
  /** Whether moods are read from it now. */
  isOpen(): boolean;
  /** @throws when it is closed, or does not answer. */
  check(): Promise<void>;
}

export interface MoodCacheOptions {
  redisUrl: string;
  /** What the keys begin with. */
  prefix: string;
  applicationName: string;
  logger: Logger;
  /** Called once. */
  createLease: (user: CacheUser) => CacheLease;
  /** The table. Asked when the cache has a newer mood than the one that is to be put there. */
  store: Pick<MoodStore, 'find'>;
  /** Told of every question. */
  onResult?: (result: CacheResult) => void;
  /** Told of every entry that no release wrote: found out of bounds by a reading, which is a miss, or newer than the table by a change. It is replaced. */
  onUnusable?: () => void;
}

interface Connection {
  redis: RedisConnection;
  read: (key: string) => Promise<string | null>;
  watch: ServerWatch;
}

/** How long a command may take. Redis answers in less than one. */
const patienceMs = 500;
const lookEveryMs = 1_000;
/** How long the start waits for Redis. */
const startMs = 2_000;
/** A mood of the table is put into the cache this long after at most: far less than what came meanwhile stays there. */
const maxReadingMs = 10_000;
/** How long a mark is kept, and how often it is kept for longer, in milliseconds. */
const markMs = 600_000;
const remarkEveryMs = 120_000;
/** About a kilobyte each. */
const maxUnderstood = 25_000;
/** One line of unusable entries in the log per this many milliseconds. */
const silenceMs = 60_000;

/** Reads and writes have connections of their own, so that one that is held up does not hold up the other. */
export function createMoodCache(options: MoodCacheOptions): MoodCache {
  const { redisUrl, createLease, logger, onResult } = options;
  const target = parseRedisUrl(redisUrl);
  const layout = moodLayout(target, options.prefix);
  /** Entries as they were last read, and what they say: a mood is asked for much more often than it changes. */
  const understood = new LRUCache<string, { entry: string; mood: Mood }>(roomFor(maxUnderstood));
  let connections: { reads: Connection; writes: Connection } | undefined;

  function connect(purpose: string): Connection {
    const redis = connectRedis(target, {
      name: `${options.applicationName}-${purpose}`,
      maxRetriesPerRequest: 0,
      // Each command has its limit by `withinTime`. The client's own limit would give up in a process that stood still, whose answers have come.
      silenceMs: 4 * patienceMs,
      waits: false,
      redirects: false,
      // `createRedisWatch` tells the log.
      onError: () => {},
    });
    return { redis, read: readTogether(redis, patienceMs), watch: watchServers(redis, patienceMs) };
  }

  const placeOf = (reached: ReachedServers | undefined) => reached && `${layout.name}@${reached.ids}`;
  /** Those that both connections reach. */
  function servers(): string | undefined {
    const place = placeOf(connections?.reads.watch.reached);
    return place === placeOf(connections?.writes.watch.reached) ? place : undefined;
  }

  /** @throws what a command does. @returns the answers. */
  async function ofAllMarks<T>(epoch: string, ask: (redis: RedisConnection, mark: string) => Promise<T>): Promise<T[]> {
    const { redis } = connections?.writes ?? {};
    if (redis === undefined) throw new Error('the cache has not started');
    return withinTime(patienceMs, Promise.all(layout.marks(epoch).map((mark) => ask(redis, mark))));
  }

  const lease = createLease({
    servers,
    async prepare(epoch) {
      await ofAllMarks(epoch, (redis, mark) => redis.set(mark, '1', 'PX', markMs));
    },
  });

  let [lookedAt, markedAt] = [-Infinity, performance.now()];
  /** Finds out which servers there are, and sees that the marks of the epoch stay there. */
  const watch = createLoop({
    name: 'mood cache',
    idleMs: lookEveryMs / 10,
    logger,
    async round() {
      if (connections === undefined || (servers() !== undefined && performance.now() - lookedAt < lookEveryMs)) return 'idle';
      lookedAt = performance.now();
      const epoch = lease.lastKnown(servers());
      try {
        await Promise.all([connections.reads.watch.look(), connections.writes.watch.look()]);
        if (epoch === undefined || lookedAt - markedAt < remarkEveryMs) return 'idle';
        markedAt = lookedAt;
        const kept = await ofAllMarks(epoch, (redis, mark) => redis.pexpire(mark, markMs));
        if (kept.includes(0)) throw new Error('Redis was wiped');
      } catch (error) {
        // While it is down, the connection has said so already.
        if (epoch !== undefined) lease.distrust(epoch, error);
      }
      return 'idle';
    },
  });

  let saidUnusableAt = -Infinity;
  function countUnusable(): void {
    options.onUnusable?.();
    if (performance.now() - saidUnusableAt < silenceMs) return;
    saidUnusableAt = performance.now();
    logger.warn('an entry of the cache is no mood that this release wrote: it is not used, and replaced');
  }

  function understand(modelId: string, entry: string): Mood | null {
    const known = understood.get(modelId);
    if (known?.entry === entry) return known.mood;
    const mood = parseCachedMood(modelId, entry);
    if (mood === null) countUnusable();
    else understood.set(modelId, { entry, mood });
    return mood;
  }

  /** @param epochFor who reaches these servers. What counts is what it says when the entry is there. */
  async function lookUp(modelId: string, epochFor: (servers: string | undefined) => string | undefined): Promise<Mood | null> {
    const reads = connections?.reads;
    const reached = reads?.watch.reached;
    const epoch = epochFor(placeOf(reached));
    if (reads === undefined || epoch === undefined) {
      onResult?.('error');
      return null;
    }
    let result: CacheResult = 'error';
    try {
      const entry = await reads.read(layout.keysOf(epoch, modelId).entry);
      if (reads.watch.reached !== reached || epochFor(placeOf(reached)) !== epoch) return null;
      const mood = entry === null ? null : understand(modelId, entry);
      result = mood === null ? 'miss' : 'hit';
      return mood;
    } catch (error) {
      lease.distrust(epoch, error);
      return null;
    } finally {
      onResult?.(result);
    }
  }

  async function write(moods: readonly Mood[], state: CacheState, reading?: Reading): Promise<boolean> {
    lease.note(state);
    const { epoch } = state;
    if (connections === undefined || epoch === null || lease.isDistrusted(epoch)) return false;
    const { redis, watch: written } = connections.writes;
    const { reached } = written;
    if (reached === undefined || placeOf(reached) !== state.servers) return false;
    if (reading !== undefined && (reading.reached !== reached || performance.now() - reading.beganAt > maxReadingMs)) return false;
    const { store } = options;
    try {
      await putMoods(
        redis,
        moods.map((mood) => ({ mood, keys: layout.keysOf(epoch, mood.modelId) })),
        {
          patienceMs,
          // Two readings of one version are the same, but a change knows better than a forgery.
          replacesSame: reading === undefined,
          findStored: (modelId) => store.find(modelId),
          onUnusable: countUnusable,
        },
      );
      return written.reached === reached;
    } catch (error) {
      // What was sent may still be carried out, by then under keys that nobody reads.
      lease.distrust(epoch, error);
      return false;
    }
  }

  return {
    name: 'mood cache',
    async start() {
      if (connections !== undefined) return;
      connections = { reads: connect('cache'), writes: connect('cache-writes') };
      await watch.start();
      for (const began = performance.now(); servers() === undefined && performance.now() - began < startMs;) await pause(10);
      await lease.start();
    },
    async stop() {
      await watch.stop();
      await lease.stop();
      await Promise.all(Object.values(connections ?? {}).map(({ redis }) => closeRedis(redis)));
    },

    get: (modelId) => lookUp(modelId, (reached) => lease.current(reached)),
    getLastKnown: (modelId) => lookUp(modelId, (reached) => lease.lastKnown(reached)),
    beginReading: () => ({ beganAt: performance.now(), reached: connections?.writes.watch.reached }),
    put: (moods, state) => write(moods, state),
    async settle(moods, state, reading) {
      if (!(await write(moods, state, reading))) await lease.outlast(state);
    },
    isOpen: () => lease.current(servers()) !== undefined,
    async check() {
      if (connections === undefined || lease.lastKnown(servers()) === undefined) throw new Error('the cache is closed');
      await connections.reads.redis.ping();
    },
  };
}
