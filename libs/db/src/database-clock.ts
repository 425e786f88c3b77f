import { createLoop, endsWithin } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

/** What the database's clock said, and between which two instants of this process's monotonic clock; all in milliseconds. */
interface Reading {
  databaseMs: number;
  sentAt: number;
  receivedAt: number;
}

/** How far two clocks may run apart, as a share of the time that passes: ten times what oscillators do. */
const maxDrift = 0.0005;
/** Between two looks, in milliseconds. */
const lookEveryMs = 2_000;
/** How long the start waits for its answers, in milliseconds. */
const startWithinMs = 2_000;
/** Answers that the start asks for: while everything starts at once, most of them are slow. */
const looksAtStart = 5;

const readClock = statement(
  'read-clock',
  {},
  () => sql<{ ms: number }>`SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS ms`,
);

export interface DatabaseClockOptions {
  logger: Logger;
  lookEveryMs?: number;
  /** Milliseconds of a clock that nobody sets. */
  monotonic?: () => number;
  /** What is said before the database has answered once. */
  fallback?: () => Date;
}

/** The time by the database's clock, as well as this process can know it. */
export interface DatabaseClock extends Service {
  now(): Date;
}

/**
 * Every process reads the end of a mood off the same clock, that of the database, which also decides about changes: what the host of a process
 * takes for the time does not matter. Asked every two seconds; in between, and while the database is away, a monotonic clock goes on from there.
 * Off by half of the quickest answer's time at most.
 */
export function createDatabaseClock(database: Pick<Database, 'query'>, options: DatabaseClockOptions): DatabaseClock {
  return createClockOf(async () => {
    const [row] = await readClock.run(database.query, {});
    if (row === undefined) throw new Error('the database did not tell the time');
    return row.ms;
  }, options);
}

/** @param ask what the other clock says, in milliseconds. */
export function createClockOf(ask: () => Promise<number>, options: DatabaseClockOptions): DatabaseClock {
  const { logger, monotonic = () => performance.now(), fallback = () => new Date() } = options;
  let best: Reading | undefined;

  const offsetOf = ({ databaseMs, sentAt, receivedAt }: Reading) => databaseMs - (sentAt + receivedAt) / 2;
  const errorOf = ({ sentAt, receivedAt }: Reading, now: number) => (receivedAt - sentAt) / 2 + (now - receivedAt) * maxDrift;

  /** A slower answer says less, unless the two cannot both be right: then somebody has set the database's clock. */
  function isBetter(reading: Reading, known: Reading): boolean {
    const [error, knownError] = [errorOf(reading, reading.receivedAt), errorOf(known, reading.receivedAt)];
    return error <= knownError || Math.abs(offsetOf(reading) - offsetOf(known)) > error + knownError;
  }

  async function look(): Promise<void> {
    const sentAt = monotonic();
    const databaseMs = await ask();
    const reading = { databaseMs, sentAt, receivedAt: monotonic() };
    if (best === undefined || isBetter(reading, best)) best = reading;
  }

  async function firstLooks(): Promise<void> {
    for (let looks = 0; looks < looksAtStart; looks += 1) await look();
  }

  const loop = createLoop({
    name: 'database clock',
    idleMs: options.lookEveryMs ?? lookEveryMs,
    logger,
    async round() {
      await look();
      return 'idle';
    },
  });

  return {
    ...loop,
    async start() {
      // A database that is down does not keep anybody from starting.
      await endsWithin(startWithinMs, firstLooks()).catch(() => {});
      await loop.start();
    },
    now: () => (best === undefined ? fallback() : new Date(monotonic() + offsetOf(best))),
  };
}
