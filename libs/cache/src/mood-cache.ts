import type { Mood, MoodStore } from '@mood/domain';
import { closeRedis, connectRedis, parseRedisUrl, readIncarnation, readTogether } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { createLoop, describeError } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { parseCachedMood } from './cached-mood.ts';
import { maxAgeMs, putMood } from './put-mood.ts';
import type { PutMoodOptions } from './put-mood.ts';

/** `error`: Redis could not be asked. */
export type CacheResult = 'hit' | 'miss' | 'error';

/** The current moods, as stored, in Redis. Nothing here throws: whoever gets nothing asks the table. */
export interface MoodCache extends Service {
  /** One round trip, shared with whoever asks in the same turn of the event loop. */
  get(modelId: string): Promise<Mood | null>;
  /** What was read from the table. */
  offer(mood: Mood): Promise<void>;
  /** What has just been changed. What cannot be written now is written before the cache is believed again. */
  put(mood: Mood): Promise<void>;
  /** @throws when it cannot be used now. */
  check(): Promise<void>;
}

export interface MoodCacheOptions {
  redisUrl: string;
  /** What the keys begin with. */
  prefix: string;
  applicationName: string;
  logger: Logger;
  /** The table. Asked when the cache has a newer mood than the one that is to be put there. */
  store: Pick<MoodStore, 'find'>;
  /** Told of every question. */
  onResult?: (result: CacheResult) => void;
  /** Told of every entry that no release wrote: found out of bounds by a reading, which is a miss, or newer than the table by a change. It is replaced. */
  onUnusable?: () => void;
  /** Of how many models, and for how long, it is remembered what could not be written: as long as entries live, at least. */
  limits?: { missed: number; missedMs: number };
  clock?: () => Date;
}

/** How long a command may take. Redis answers in less than one. When one takes longer, the cache is left alone until it answers again. */
const patienceMs = 500;
const recoverEveryMs = 100;
/** How often it is looked whether these are still the same servers: after a failover in a cluster they are not, and no connection says so. */
const lookEveryMs = 1_000;
/** Of how many models it is remembered what could not be written. Beyond that nobody knows what is out of date until it has gone by itself. */
const maxUnconfirmed = 50_000;
/** For longer than processes differ in what they take for the servers of a cluster: the client looks every 5 s. */
const recentMs = 15_000;
/** Of how many models at most: more than change their mood in that time under the load that is asked for. */
const maxRecent = 10_000;
/** About a kilobyte each. */
const maxUnderstood = 25_000;

/** For longer than a cluster's client needs to learn of a failover. */
const differAtMostMs = 10_000;
/** One line of unusable entries in the log per this many milliseconds. */
const silenceMs = 60_000;
/** How much is sent at a time. */
const chunkSize = 500;

function keepNewest(moods: LRUCache<string, Mood>, mood: Mood): void {
  const known = moods.peek(mood.modelId);
  if (known === undefined || known.version < mood.version) moods.set(mood.modelId, mood);
}

/**
 * Keys hold the incarnation of the server: what was written to a server that has been restarted or replaced since is never read.
 * Reads and writes have connections of their own, so that one that is held up does not hold up the other.
 */
export function createMoodCache(options: MoodCacheOptions): MoodCache {
  const { redisUrl, logger, onResult, clock = () => new Date() } = options;
  // Braces would put all moods on one node of a cluster.
  const prefix = options.prefix.replaceAll(/[{}]/g, '');
  const target = parseRedisUrl(redisUrl);
  const { missed: maxMissed, missedMs } = options.limits ?? { missed: maxUnconfirmed, missedMs: maxAgeMs };
  let mayBelieveAt = 0;
  const unconfirmed = new LRUCache<string, Mood>({
    max: maxMissed,
    ttl: missedMs,
    dispose(_mood, _modelId, reason) {
      if (reason === 'evict') mayBelieveAt = performance.now() + missedMs;
    },
  });
  /** What was written a moment ago: other servers may have something older. */
  const recent = new LRUCache<string, Mood>({ max: maxRecent, ttl: recentMs });
  /** Entries as they were last read, and what they say: a mood is asked for much more often than it changes. */
  const understood = new LRUCache<string, { entry: string; mood: Mood }>({ max: maxUnderstood });
  let incarnation: string | undefined;
  let connections: { reads: RedisConnection; read: (key: string) => Promise<string | null>; writes: RedisConnection } | undefined;

  function connect(purpose: string): RedisConnection {
    const redis = connectRedis(target, {
      name: `${options.applicationName}-${purpose}`,
      maxRetriesPerRequest: 0,
      commandTimeoutMs: patienceMs,
      waits: false,
      autoPipelining: true,
      onError: leaveAlone,
    });
    // It may come back as another server.
    for (const event of ['close', 'end', '+node', '-node']) redis.on(event, () => leaveAlone());
    return redis;
  }

  function leaveAlone(error?: unknown): void {
    if (incarnation === undefined) return;
    incarnation = undefined;
    for (const mood of recent.values()) keepNewest(unconfirmed, mood);
    recent.clear();
    logger.warn(
      { problem: error instanceof Error ? describeError(error) : 'the connection was lost' },
      'moods are read without their cache',
    );
  }

  let saidUnusableAt = -Infinity;
  function countUnusable(): void {
    options.onUnusable?.();
    if (performance.now() - saidUnusableAt < silenceMs) return;
    saidUnusableAt = performance.now();
    logger.warn('an entry of the cache is no mood that this release wrote: it is not used, and replaced');
  }

  const putOptions = (replacesSame = true): PutMoodOptions => ({
    replacesSame,
    now: clock(),
    findStored: (modelId) => options.store.find(modelId),
    onUnusable: countUnusable,
  });

  const keyOf = (modelId: string, within: string) => `${prefix}:state:${within}:${modelId}`;

  let lookedAt = 0;
  /** Whether these are still the servers that they were. Who does not answer in time is nobody else: whoever reads a mood finds out. */
  async function lookWhoIsThere(reads: RedisConnection): Promise<void> {
    if (performance.now() - lookedAt < lookEveryMs) return;
    lookedAt = performance.now();
    const within = incarnation;
    const found = await readIncarnation(reads).catch(() => within);
    if (incarnation === within && found !== within) leaveAlone(new Error('other servers have taken over'));
  }

  let differSince: number | undefined;
  /** One of two connections may have stayed with a server that was replaced: after a while both connect anew. */
  function bringTogether(...both: RedisConnection[]): void {
    differSince ??= performance.now();
    if (performance.now() - differSince < differAtMostMs) return;
    differSince = undefined;
    for (const redis of both) redis.disconnect(true);
  }

  /** First what was missed is written, and what other servers may have missed; only then is the cache believed again. */
  const recovery = createLoop({
    name: 'mood cache',
    idleMs: recoverEveryMs,
    logger,
    async round() {
      if (connections === undefined) return 'idle';
      const { reads, writes } = connections;
      try {
        if (incarnation !== undefined) {
          await lookWhoIsThere(reads);
          return 'idle';
        }
        const [ofReads, ofWrites] = await Promise.all([readIncarnation(reads), readIncarnation(writes)]);
        if (ofReads !== ofWrites) {
          bringTogether(reads, writes);
          return 'idle';
        }
        differSince = undefined;
        for (;;) {
          // Its size counts those that are too old to be given back.
          const missed = [...unconfirmed.values()].slice(0, chunkSize);
          if (missed.length === 0) break;
          await Promise.all(missed.map((mood) => putMood(writes, keyOf(mood.modelId, ofWrites), mood, putOptions())));
          for (const mood of missed) if (unconfirmed.peek(mood.modelId) === mood) unconfirmed.delete(mood.modelId);
        }
        if (performance.now() < mayBelieveAt) return 'idle';
        incarnation = ofReads;
        logger.info('moods are read through their cache');
      } catch (error) {
        // It is down: the connection has said so already.
        leaveAlone(error);
      }
      return 'idle';
    },
  });

  function understand(modelId: string, entry: string): Mood | null {
    const known = understood.get(modelId);
    if (known?.entry === entry) return known.mood;
    const mood = parseCachedMood(modelId, entry);
    if (mood === null) countUnusable();
    else understood.set(modelId, { entry, mood });
    return mood;
  }

  async function put(mood: Mood): Promise<void> {
    const within = incarnation;
    if (within === undefined || connections === undefined) return keepNewest(unconfirmed, mood);
    try {
      await putMood(connections.writes, keyOf(mood.modelId, within), mood, putOptions());
    } catch (error) {
      keepNewest(unconfirmed, mood);
      leaveAlone(error);
      return;
    }
    // Meanwhile it may have been found out that this was another server.
    if (incarnation !== within) return put(mood);
    keepNewest(recent, mood);
  }

  return {
    name: 'mood cache',
    async start() {
      if (connections === undefined) {
        const reads = connect('cache');
        connections = { reads, read: readTogether(reads), writes: connect('cache-writes') };
      }
      await recovery.start();
    },
    async stop() {
      await recovery.stop();
      incarnation = undefined;
      await Promise.all(connections === undefined ? [] : [closeRedis(connections.reads), closeRedis(connections.writes)]);
    },

    async get(modelId) {
      const within = incarnation;
      if (within === undefined || connections === undefined) {
        onResult?.('error');
        return null;
      }
      try {
        const entry = await connections.read(keyOf(modelId, within));
        const mood = entry === null ? null : understand(modelId, entry);
        onResult?.(mood === null ? 'miss' : 'hit');
        return mood;
      } catch (error) {
        leaveAlone(error);
        onResult?.('error');
        return null;
      }
    },

    async offer(mood) {
      if (incarnation === undefined || connections === undefined) return;
      await putMood(connections.writes, keyOf(mood.modelId, incarnation), mood, putOptions(false)).catch(leaveAlone);
    },

    put,

    async check() {
      if (incarnation === undefined || connections === undefined) throw new Error('the cache cannot be used now');
      await connections.reads.ping();
    },
  };
}
