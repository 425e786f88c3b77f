import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CacheLease, CacheState, CacheUser } from '@mood/domain';
import { createLoop, describeError, endsWithin } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { Database } from '../database.ts';
import type { RevisionWatch } from '../revision-watch.ts';
import { createCacheRegister } from './cache-register.ts';

/** For so long after a look at the register began, a process may believe the cache that it found open, in milliseconds. */
const leaseMs = 1_000;
/** Between two looks, in milliseconds: one may fail or take long before the lease runs out. */
const lookEveryMs = 333;
/** A process that does not reach the servers of the open cache for longer closes it: others would wait for that with their first change. */
const unfitMs = 500;
/** How long the start waits for the first look. */
const startMs = 2_000;

const isBefore = (state: CacheState, other: CacheState) =>
  state.closures < other.closures || (state.closures === other.closures && state.epoch === null && other.epoch !== null);

export interface CacheLeaseOptions {
  logger: Logger;
  /** Told of the revisions that a look at the register finds beside it. */
  revisions?: Pick<RevisionWatch, 'tell'>;
}

/** @returns what makes the lease of a process. Times are those of a clock that nobody sets. */
export function cacheLeaseFrom(database: Pick<Database, 'query'>, options: CacheLeaseOptions): (user: CacheUser) => CacheLease {
  return (user) => createCacheLease(database, user, options);
}

function createCacheLease(
  database: Pick<Database, 'query'>,
  { servers, prepare }: CacheUser,
  { logger, revisions }: CacheLeaseOptions,
): CacheLease {
  const register = createCacheRegister(database);
  let latest: CacheState = { closures: -1, epoch: null, servers: null };
  /** When it was first seen that the cache is closed. */
  let closedSince = performance.now();
  let leaseUntil = -Infinity;
  let distrusted: string | null = null;
  let fitAt = performance.now();
  const firstLook = Promise.withResolvers<void>();

  function note(state: CacheState): void {
    if (isBefore(latest, state)) adopt(state);
  }

  function adopt(state: CacheState): void {
    const wasOpen = latest.epoch !== null && latest.epoch !== distrusted;
    latest = state;
    leaseUntil = -Infinity;
    if (state.epoch === null) closedSince = performance.now();
    if (state.epoch === null && wasOpen) logger.warn('moods are read without their cache: a process could not reach it');
    if (state.epoch !== null) logger.info({ epoch: state.epoch }, 'moods are read through their cache');
  }

  const closing = new Map<string, Promise<CacheState>>();
  /** Those who want to close it at the same time share the statement. */
  async function close(epoch: string): Promise<void> {
    let closed = closing.get(epoch);
    if (closed === undefined) {
      closed = register.close(epoch).finally(() => closing.delete(epoch));
      closing.set(epoch, closed);
    }
    note(await closed);
  }

  function distrust(epoch: string, why: unknown, level: 'warn' | 'info' = 'warn'): void {
    if (distrusted === epoch || latest.epoch !== epoch) return;
    distrusted = epoch;
    logger[level]({ epoch, problem: describeError(why) }, 'moods are read without their cache');
    // Tried again by the loop.
    close(epoch).catch(() => {});
  }

  async function open(): Promise<void> {
    const [{ closures }, reached] = [latest, servers()];
    if (reached === undefined) return;
    const epoch = `${closures}-${randomUUID().slice(0, 8)}`;
    await prepare(epoch);
    if (await register.open(closures, epoch, reached)) note({ closures, epoch, servers: reached });
  }

  function isUnfit(): boolean {
    if (servers() === latest.servers) fitAt = performance.now();
    return performance.now() - fitAt > unfitMs;
  }

  const loop = createLoop({
    name: 'mood cache lease',
    idleMs: lookEveryMs,
    // Also after a long outage a lease is had within a second.
    failureMs: 30,
    logger,
    async round() {
      const [began, before] = [performance.now(), latest];
      const { mayOpen, flags, templates, ...seen } = await register.see(servers() ?? null);
      if (isBefore(seen, before)) {
        logger.warn('the database was set back: the cache of moods begins anew');
        distrusted = seen.epoch;
        adopt(seen);
      }
      note(seen);
      // Whoever has to catch up does so by itself: that must not cost the lease.
      revisions?.tell({ flags, templates });
      firstLook.resolve();
      if (latest.epoch === null) {
        fitAt = performance.now();
        if (mayOpen && latest.closures === seen.closures && fitAt - closedSince > leaseMs) await open();
      } else if (latest.epoch === distrusted) await close(latest.epoch);
      // What keeps this process from Redis is told by whoever watches the connection.
      else if (isUnfit()) distrust(latest.epoch, new Error('this process does not reach the Redis that it is in'), 'info');
      else if (latest.epoch === seen.epoch) leaseUntil = began + leaseMs;
      return 'idle';
    },
  });

  const lastKnown = (reached: string | undefined) =>
    latest.epoch !== null && latest.epoch !== distrusted && latest.servers === reached ? latest.epoch : undefined;

  return {
    async start() {
      await loop.start();
      await endsWithin(startMs, firstLook.promise);
    },
    stop: () => loop.stop(),
    current: (reached) => (performance.now() < leaseUntil ? lastKnown(reached) : undefined),
    lastKnown,
    note,
    distrust: (epoch, why) => distrust(epoch, why),
    isDistrusted: (epoch) => epoch === distrusted,

    async outlast(state) {
      note(state);
      if (state.epoch !== null) {
        distrust(state.epoch, new Error('it could not be told of a mood'));
        await close(state.epoch);
      }
      // Opened since then, it was closed for a whole lease.
      const closures = state.closures + (state.epoch === null ? 0 : 1);
      const rest = latest.epoch === null && latest.closures === closures ? closedSince + leaseMs - performance.now() : 0;
      if (rest > 0) await pause(rest);
    },
  };
}
