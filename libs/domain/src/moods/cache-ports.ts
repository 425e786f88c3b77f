import type { ChangeOutcome, ExpiryOutcome, MoodStore } from './ports.ts';
import type { Mood } from './mood.ts';

/**
 * Where the cache of moods stands, as the database has it. It is opened under an epoch, closed, and opened under another one.
 * Of two states the later one has more closures, or as many and an epoch.
 */
export interface CacheState {
  /** How often it was closed. */
  closures: number;
  /** Part of the keys while it is open; null while it is closed. */
  epoch: string | null;
  /** The Redis servers that it is open on; null while it is closed. */
  servers: string | null;
}

/** What the store answered, and where the cache stood: for a reading at its moment, for a change when it was committed. */
export interface BesideCache<Answer> {
  answer: Answer;
  cache: CacheState;
}

/** The table of moods, for who keeps a cache of it. Nothing here asks a cache. */
export interface CacheableMoods {
  /** As `MoodStore.findMany`; undefined when none of these performers is known. */
  findBesideCache(modelIds: readonly string[]): Promise<BesideCache<Mood[]> | undefined>;
  /** As `MoodStore.change`. */
  changeBesideCache(...change: Parameters<MoodStore['change']>): Promise<BesideCache<ChangeOutcome>>;
  /** As `MoodStore.expire`. */
  expireBesideCache(...expiry: Parameters<MoodStore['expire']>): Promise<BesideCache<ExpiryOutcome>>;
}

/** What the lease has to know of the process that uses the cache. */
export interface CacheUser {
  /** The servers that it reaches now. */
  servers: () => string | undefined;
  /** Makes servers ready for an epoch. @throws when they cannot be. */
  prepare: (epoch: string) => Promise<void>;
}

/** Whether the cache of moods may be believed. All processes ask the database that, and not each other. */
export interface CacheLease {
  /** Waits for the first look at the database, not for long. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The epoch that the cache is open under, if it may be believed by who reaches these servers, now. */
  current(servers: string | undefined): string | undefined;
  /** As `current`, however long ago that was found out. */
  lastKnown(servers: string | undefined): string | undefined;
  /** What a statement found out about the cache in passing. */
  note(state: CacheState): void;
  /** From now on this process does not use that epoch, and closes it. */
  distrust(epoch: string, why: unknown): void;
  isDistrusted(epoch: string): boolean;
  /**
   * Closes the cache if it is open as in `state`, and waits until no process believes what it held then, or before: a second at most.
   * @throws DependencyUnavailable (the database) when it cannot be closed.
   */
  outlast(state: CacheState): Promise<void>;
}
