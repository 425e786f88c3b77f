import { DatabaseAway, DependencyUnavailable, TookTooLong } from '@mood/domain';
import { idleConnectionMs, keepAlive, pooledClient, sessionSetup } from '@mood/postgres';
import type { SessionSettings } from '@mood/postgres';
import { keptFor } from '@mood/runtime';
import type { DatabaseErrorKind, Logger } from '@mood/runtime';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/postgresql';
import { Client, types } from 'pg';
import type { CustomTypesConfig, Pool, PoolClient } from 'pg';
import type { Database, Fitness, Query, Statement } from './database.ts';
import { entities } from './entities/index.ts';
import { databaseErrorKind, isCancelled, isConnectionLoss, isMisfit, isOutage } from './errors.ts';
import { inspectDatabase } from './fitness.ts';
import { findPoolerProblem } from './pooler.ts';

export interface DatabaseOptions {
  databaseUrl: string;
  poolMax: number;
  connectTimeoutMs: number;
  /** 0: no limit. */
  statementTimeoutMs: number;
  /** For how long a statement waits for somebody else's lock. No limit of its own when absent. */
  lockTimeoutMs?: number;
  applicationName: string;
  /** Told of every call that the database failed. */
  onFailure?: (kind: DatabaseErrorKind) => void;
  logger: Logger;
  /** What a migration needs of the mapper besides. */
  orm?: Pick<Options, 'extensions' | 'migrations'>;
}

const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)),
};

/**
 * What a connection of ours asks of PostgreSQL's planner. Statements find a few rows by their keys, and are planned once per connection:
 * planned for tables that were analysed while they were small, they would read whole tables, or join them as a whole, until those are
 * analysed again. Autovacuum comes too late for that, and planning each call anew costs more than the call: find-mood takes 0.17 ms to plan
 * and 0.05 ms to run.
 *
 * Without any one of the four the test of plans fails ("are not read as a whole, nor their indexes, when they have grown").
 */
export const planning: SessionSettings = {
  // Else all tables are read as a whole, by nearly every statement.
  enable_seqscan: 'off',
  // Else all moods are read by their index: by find-moods and by change_moods.
  enable_hashjoin: 'off',
  // The same, and all data keys by mood-history.
  enable_mergejoin: 'off',
  // The same, by change_moods.
  enable_material: 'off',
};

/** The answer of a health check is as old at most, in milliseconds. */
const inspectionKeptMs = 1_000;

/** Opens the pool lazily: a database that is down makes the calls fail, not the start. */
export function connectDatabase(options: DatabaseOptions): Database {
  const orm = new MikroORM({
    clientUrl: options.databaseUrl,
    entities: [...entities],
    ...options.orm,
    pool: { min: 0, max: options.poolMax, idleTimeoutMillis: idleConnectionMs },
    driverOptions: {
      Client: pooledClient(Client),
      // MikroORM takes only host, user and database out of the URL: without this, what it says about TLS would be lost.
      connectionString: options.databaseUrl,
      connectionTimeoutMillis: options.connectTimeoutMs,
      // A server that accepts a statement and never answers must not hold the caller.
      ...(options.statementTimeoutMs > 0 && { query_timeout: options.statementTimeoutMs + 1_000 }),
      application_name: options.applicationName,
      onConnect: sessionSetup({
        search_path: 'public',
        statement_timeout: String(options.statementTimeoutMs),
        lock_timeout: String(options.lockTimeoutMs ?? 0),
        idle_in_transaction_session_timeout: String(options.statementTimeoutMs),
        ...planning,
      }),
      ...keepAlive,
    },
    logger: (message) => options.logger.debug({ orm: message }, 'database library'),
    colors: false,
    // A database that is missing is a wrong DATABASE_URL, and not to be made in passing.
    ensureDatabase: false,
    debug: false,
  });

  let reachable = true;
  let fitness: Fitness | undefined;
  /** Shared by those who ask at once. Past `guarded`, which asks for it. */
  const inspectNow = keptFor(0, async () => {
    const pool = await poolOf();
    const wasFit = fitness !== undefined && fitness.problem === undefined;
    fitness = await inspectDatabase((statement, values) => run(pool, statement, values), wasFit);
    return fitness;
  });
  const inspect = keptFor(inspectionKeptMs, inspectNow);

  /** Whether a statement that the database refused is right, and the database is not the one that it was written for. */
  async function isUnfitFor(refusal: unknown): Promise<boolean> {
    if (!isMisfit(refusal)) return false;
    try {
      // What was found before the refusal says nothing about it.
      return (await inspectNow()).problem !== undefined;
    } catch {
      return false;
    }
  }

  async function guarded<T>(task: () => Promise<T>): Promise<T> {
    try {
      const result = await task();
      reachable = true;
      return result;
    } catch (error) {
      const isAway = isOutage(error) || (await isUnfitFor(error));
      reachable = !isAway;
      const kind = databaseErrorKind(error);
      if (kind !== undefined) options.onFailure?.(kind);
      if (isAway) throw new DatabaseAway({ cause: error });
      if (isCancelled(error)) throw new TookTooLong({ cause: error });
      if (isConnectionLoss(error)) throw new DependencyUnavailable('database', { cause: error });
      throw error;
    }
  }

  const poolOf = (): Promise<Pool> => orm.em.getConnection().getNativeClient();

  async function run<Row extends object>(on: Pool | PoolClient, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await on.query<Row>({ ...statement, values: [...values], types: typeParsers });
    return rows;
  }

  /** A connection on which a transaction could not be ended is not used again. */
  async function inTransaction<T>(begin: string, task: (query: Query) => Promise<T>): Promise<T> {
    const client = await (await poolOf()).connect();
    let broken: Error | undefined;
    try {
      await client.query(begin);
      const result = await task((statement, values) => run(client, statement, values));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: unknown) => {
        broken = new Error('the transaction could not be ended', { cause });
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    orm,
    query: (statement, values) => guarded(async () => run(await poolOf(), statement, values)),
    transaction: (task) => guarded(() => inTransaction('BEGIN', task)),
    readSnapshot: (task) => guarded(() => inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', task)),
    work(task) {
      return guarded(() => task(orm.em.fork()));
    },
    // What was found before the database went away says nothing about it now.
    inspect: () => guarded(() => (reachable ? inspect() : inspectNow())),
    isReachable: () => reachable && fitness?.problem === undefined,
    findPoolerProblem: () => guarded(async () => findPoolerProblem(await poolOf())),
    async close() {
      const pool = await poolOf();
      await orm.close(true);
      // The mapper ends the pool only if it has worked with it itself.
      if (!pool.ending) await pool.end();
    },
  };
}
