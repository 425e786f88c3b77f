import type { Mood } from '@mood/domain';
import { closeRedis, connectRedis, parseRedisUrl, readIncarnation, readTogether } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { parseCachedMood } from './cached-mood.ts';
import { maxAgeMs, putMood } from './put-mood.ts';

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
  /** Told of every question. */
  onResult?: (result: CacheResult) => void;
  clock?: () => Date;
}

/** How long a command may take. Redis answers in less than one. When one takes longer, the cache is left alone until it answers again. */
const patienceMs = 500;
const recoverEveryMs = 100;
/** More models than change their mood within the age of an entry: after that it has gone by itself. */
const maxUnconfirmed = 50_000;
/** About a kilobyte each. */
const maxUnderstood = 25_000;

/**
 * Keys hold the incarnation of the server: what was written to a server that has been restarted or replaced since is never read.
 * Reads and writes have connections of their own, so that one that is held up does not hold up the other.
 */
export function createMoodCache(options: MoodCacheOptions): MoodCache {
  const { redisUrl, logger, onResult, clock = () => new Date() } = options;
  // Braces would put all moods on one node of a cluster.
  const prefix = options.prefix.replaceAll(/[{}]/g, '');
  const target = parseRedisUrl(redisUrl);
  const unconfirmed = new LRUCache<string, Mood>({ max: maxUnconfirmed, ttl: maxAgeMs });
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
    logger.warn({ problem: error instanceof Error ? error.message : 'the connection was lost' }, 'moods are read without their cache');
  }

  const keyOf = (modelId: string, within: string) => `${prefix}:state:${within}:${modelId}`;

  /** First what was missed is written; only then is the cache believed again. */
  const recovery = createLoop({
    name: 'mood cache',
    idleMs: recoverEveryMs,
    logger,
    async round() {
      if (incarnation !== undefined || connections === undefined) return 'idle';
      const { reads, writes } = connections;
      try {
        const [ofReads, ofWrites] = await Promise.all([readIncarnation(reads), readIncarnation(writes)]);
        if (ofReads !== ofWrites) return 'idle';
        while (unconfirmed.size > 0) {
          const missed = [...unconfirmed.values()].slice(0, 500);
          await Promise.all(missed.map((mood) => putMood(writes, keyOf(mood.modelId, ofWrites), mood, clock())));
          for (const mood of missed) if (unconfirmed.peek(mood.modelId) === mood) unconfirmed.delete(mood.modelId);
        }
        incarnation = ofReads;
        logger.info('moods are read through their cache');
      } catch {
        // It is down: the connection has said so already.
      }
      return 'idle';
    },
  });

  function understand(modelId: string, entry: string): Mood | null {
    const known = understood.get(modelId);
    if (known?.entry === entry) return known.mood;
    const mood = parseCachedMood(modelId, entry);
    if (mood !== null) understood.set(modelId, { entry, mood });
    return mood;
  }

  function remember(mood: Mood): void {
    const known = unconfirmed.peek(mood.modelId);
    if (known === undefined || known.version < mood.version) unconfirmed.set(mood.modelId, mood);
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
      await putMood(connections.writes, keyOf(mood.modelId, incarnation), mood, clock()).catch(leaveAlone);
    },

    async put(mood) {
      const within = incarnation;
      if (within === undefined || connections === undefined) return remember(mood);
      try {
        await putMood(connections.writes, keyOf(mood.modelId, within), mood, clock());
        // Meanwhile it may have been found out that this was another server.
        if (incarnation !== within) remember(mood);
      } catch (error) {
        remember(mood);
        leaveAlone(error);
      }
    },

    async check() {
      if (incarnation === undefined || connections === undefined) throw new Error('the cache cannot be used now');
      await connections.reads.ping();
    },
  };
}
