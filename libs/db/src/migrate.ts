import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationObject } from '@mikro-orm/core';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { DatabaseAway } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import { connectDatabase } from './connect-database.ts';
import type { Database } from './database.ts';
import { isLockTimeout } from './errors.ts';
import { DatabaseUnfit, requireServer } from './fitness.ts';
import { makeFunctions, recordFunctions } from './schema/make-functions.ts';
import type { Execute } from './schema/make-functions.ts';
import { readSchema } from './schema/sql-files.ts';
import type { Schema, TableMigration } from './schema/sql-files.ts';
import { seedTemplates } from './templates/seed-templates.ts';

export interface MigrateOptions {
  databaseUrl: string;
  /** That of this release by default. */
  schema?: Schema;
  logger?: Logger;
  /** Told of every attempt that found a table in use; there is another one then. */
  onTableInUse?: () => void;
}

/** What was not in the database before. */
export interface Migrated {
  /** Names of the changes of tables that ran, in order. */
  migrations: string[];
  /** Names of the functions that were made, or made again. */
  functions: string[];
}

/** Between two attempts, in milliseconds: long enough for those who had to wait. */
const retryMs = 3_000;

/** Whoever waits for a table makes everybody wait who comes after. */
const lockTimeoutMs = 2_000;

function migrationOf({ name, text }: TableMigration): MigrationObject {
  return {
    name,
    class: class extends Migration {
      override up(): void {
        this.addSql(text);
      }
    },
  };
}

/** Names that migrations had before the first release. */
const beforeFirstRelease = /^Migration\d{14}/;

/** @throws DatabaseUnfit for a database that was made before there was a release. */
async function refuseOlderThanBaseline(execute: Execute): Promise<void> {
  const [found] = await execute<{ there: boolean }>(`SELECT to_regclass('public.mood_migrations') IS NOT NULL AS there`);
  if (found?.there !== true) return;
  const ran = await execute<{ name: string }>('SELECT name FROM mood_migrations');
  if (ran.some(({ name }) => beforeFirstRelease.test(name)))
    throw new DatabaseUnfit(
      'this database was made before the first release and cannot be upgraded: delete it (npm start keeps it in .data, or in DATA_DIR), or name an empty one in DATABASE_URL',
    );
}

/**
 * The migrator makes a database whose name it does not find, and a pooler may call the one that we are in by another. It is told the name that
 * the server knows.
 */
async function nameDatabase({ orm }: Database, execute: Execute): Promise<void> {
  const [found] = await execute<{ name: string }>('SELECT current_database() AS name');
  orm.config.set('dbName', found?.name);
}

/** Everything or nothing. Of two migrations at once, the second waits for the first. */
async function bringUpToDate(database: Database, { functions, rights }: Schema): Promise<Migrated> {
  const { orm } = database;
  const connection = orm.em.getConnection();
  return connection.transactional(async (transaction) => {
    const execute: Execute = (text) => connection.execute(text, [], 'all', transaction);
    await execute(`SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7307); SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    await refuseOlderThanBaseline(execute);
    await nameDatabase(database, execute);
    // Triggers name their functions when they are made; those name no table before they are called. All others do.
    const made = await makeFunctions(
      functions.filter(({ isTrigger }) => isTrigger),
      execute,
    );
    const ran = await orm.migrator.up({ transaction });
    made.push(
      ...(await makeFunctions(
        functions.filter(({ isTrigger }) => !isTrigger),
        execute,
      )),
    );
    await recordFunctions(
      functions.filter(({ name }) => made.includes(name)),
      execute,
    );
    await execute(rights);
    return { migrations: ran.map(({ name }) => name), functions: made };
  });
}

/** As soon as no table that is changed is in use: by a backup, or a transaction that somebody left open. */
async function whenNoTableIsInUse<T>(task: () => Promise<T>, onTableInUse: () => void): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      onTableInUse();
      await pause(retryMs);
    }
  }
}

/**
 * Brings tables, functions and rights up to those of this release (`sql/`), all or nothing, and gives an empty database the default
 * templates. Repeating it changes nothing. To be run by the owner of the tables, who may make roles.
 * @throws DatabaseUnfit for a server that is too old, a pooler that takes the session away, or a database from before the first release.
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const { schema = readSchema(), logger = createLogger({ name: 'migrate', level: 'silent' }), onTableInUse = () => undefined } = options;
  const database = connectDatabase({
    databaseUrl: options.databaseUrl,
    poolMax: 2,
    connectTimeoutMs: 10_000,
    // Building an index on a large table takes what it takes.
    statementTimeoutMs: 0,
    lockTimeoutMs,
    applicationName: 'mood-migrate',
    logger,
    orm: {
      extensions: [Migrator],
      migrations: { migrationsList: schema.migrations.map(migrationOf), tableName: 'mood_migrations', snapshot: false },
    },
  });
  try {
    // The migrator would make a database that is missing.
    await requireServer(database);
    const migrated = await whenNoTableIsInUse(() => bringUpToDate(database, schema), onTableInUse);
    const seeded = await seedTemplates(database);
    logger.info({ ...migrated, seeded }, 'schema is up to date');
    return migrated;
  } catch (error) {
    // To whoever migrates, the database's own words say more than that it is not available.
    throw error instanceof DatabaseAway ? (error.cause ?? error) : error;
  } finally {
    await database.close();
  }
}
