import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database, Query } from './database.ts';
import { isReplicaFault } from './errors.ts';
import { statement } from './statement.ts';

/** Between two looks at both servers, in milliseconds. */
const lookEveryMs = 1_000;

/** The same for a server and its replicas, and for nobody else. */
const system = sql`(SELECT system_identifier::text FROM pg_control_system())`;
/** How far the primary's log of changes goes. Everything that was committed before `at` is before it. */
const mark = statement(
  'replica-mark',
  {},
  () =>
    sql<{
      at: Date;
      system: string;
      position: number;
    }>`SELECT clock_timestamp() AS at, ${system} AS system, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS position`,
);
/** How far a standby has come in it. */
const replayed = statement(
  'replica-replayed',
  {},
  () => sql<{ standby: boolean; system: string; position: number | null }>`SELECT pg_is_in_recovery() AS standby, ${system} AS system,
    (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint AS position`,
);

export interface ReadReplicaOptions {
  /** How far it may be behind the primary. */
  maxLagMs: number;
  /** The primary's clock. */
  clock: () => Date;
  logger: Logger;
  lookEveryMs?: number;
}

/** A streaming replica, for readings that need not be of this moment. */
export interface ReadReplica extends Service {
  /** The replica, and what it fails, the primary: for statements that only read. */
  readonly database: Database;
  /** Everything that was committed until then is in it. Undefined while it is down or too far behind: the primary is to be asked. */
  asOf(): Date | undefined;
  /** Seconds that it is behind at most, also when that is too far; undefined: not known. */
  lagSeconds(): number | undefined;
}

/**
 * Looks once a second how far the primary has written and the replica has replayed: that is exact where no clock of the replica's and
 * no idle primary can deceive it, and needs no rights and no writing.
 */
export function createReadReplica(primary: Database, replica: Database, options: ReadReplicaOptions): ReadReplica {
  const { maxLagMs, clock, logger } = options;
  let marks: { at: Date; position: number }[] = [];
  let reached: Date | undefined;
  let isDown = true;
  /** What was said last. */
  let wasUsed: boolean | undefined;

  const lagMs = () => (reached === undefined ? undefined : Math.max(0, clock().getTime() - reached.getTime()));
  const isUsed = () => !isDown && reached !== undefined && (lagMs() ?? Infinity) <= maxLagMs;

  function tell(error?: unknown): void {
    const used = isUsed();
    if (used === wasUsed) return;
    wasUsed = used;
    if (used) logger.info({ part: 'read replica' }, 'the read replica is used');
    else
      logger.warn(
        { part: 'read replica', lagSeconds: lagSeconds(), err: error },
        'the read replica is down or too far behind: the primary is read',
      );
  }

  const lagSeconds = () => {
    const lag = lagMs();
    return lag === undefined ? undefined : lag / 1_000;
  };

  async function look(): Promise<void> {
    const [now] = await mark.run(primary.query, {});
    if (now !== undefined) marks.push(now);
    // Older ones are of no use: who has only come so far is too far behind.
    marks = marks.filter(({ at }) => now === undefined || now.at.getTime() - at.getTime() <= maxLagMs);
    const [found] = await replayed.run(replica.query, {});
    if (found?.standby !== true || found.position === null)
      throw new Error('DATABASE_READ_URL leads to no replica: that server replays nothing');
    if (found.system !== now?.system) throw new Error('DATABASE_READ_URL leads to a replica of another server than DATABASE_URL');
    const { position } = found;
    reached = marks.findLast((known) => known.position <= position)?.at ?? reached;
    isDown = false;
  }

  const loop = createLoop({
    name: 'read replica',
    idleMs: options.lookEveryMs ?? lookEveryMs,
    logger,
    async round() {
      try {
        await look();
        tell();
        return 'idle';
      } catch (error) {
        isDown = true;
        tell(error);
        throw error;
      }
    },
  });

  async function orPrimary<T>(read: (database: Database) => Promise<T>): Promise<T> {
    if (isDown) return read(primary);
    try {
      return await read(replica);
    } catch (error) {
      if (!isReplicaFault(error)) throw error;
      isDown = true;
      tell(error);
      return read(primary);
    }
  }

  return {
    ...loop,
    database: {
      ...replica,
      query: (...[text, values]: Parameters<Query>) => orPrimary((database) => database.query(text, values)),
      readSnapshot: (task) => orPrimary((database) => database.readSnapshot(task)),
    } as Database,
    asOf: () => (isUsed() ? reached : undefined),
    lagSeconds,
    async stop() {
      await loop.stop();
      await replica.close();
    },
  };
}
