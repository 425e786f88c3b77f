import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationInfo } from '@mikro-orm/migrations';
import { DatabaseAway } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import { grantApplicationRole } from './application-role.ts';
import { connectDatabase } from './connect-database.ts';
import type { Database } from './database.ts';
import { isLockTimeout } from './errors.ts';
import { requireServer } from './fitness.ts';
import { seedTemplates } from './templates/seed-templates.ts';

export interface MigrateOptions {
  databaseUrl: string;
  logger?: Logger;
  /** Told of every attempt that found a table in use; there is another one then. */
  onTableInUse?: () => void;
}

/** Between two attempts, in milliseconds: long enough for those who had to wait. */
const retryMs = 3_000;

/** All of them or none, as soon as no table that they change is in use: by a backup, or a transaction that somebody left open. */
async function runMigrations(database: Database, onTableInUse: () => void): Promise<MigrationInfo[]> {
  for (;;) {
    try {
      return await database.orm.migrator.up();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      onTableInUse();
      await pause(retryMs);
    }
  }
}

/**
 * Brings the schema up to date, grants the role of the running processes what it needs, and gives an empty database the default
 * templates. Repeating it changes nothing. To be run by the owner of the tables, who may make roles.
 * @throws DatabaseUnfit for a server that is too old, or a pooler that takes the session away.
 * @returns the names of the migrations that ran.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { logger = createLogger({ name: 'migrate', level: 'silent' }), onTableInUse = () => undefined } = options;
  const database = connectDatabase({
    databaseUrl: options.databaseUrl,
    poolMax: 2,
    connectTimeoutMs: 10_000,
    // Building an index on a large table takes what it takes.
    statementTimeoutMs: 0,
    // Whoever waits for a table makes everybody wait who comes after.
    lockTimeoutMs: 2_000,
    applicationName: 'mood-migrate',
    logger,
  });
  try {
    // The migrator would make a database that is missing.
    await requireServer(database);
    const ran = await runMigrations(database, onTableInUse);
    await grantApplicationRole(database);
    const seeded = await seedTemplates(database);
    logger.info({ migrations: ran.map((migration) => migration.name), seeded }, 'schema is up to date');
    return ran.map((migration) => migration.name);
  } catch (error) {
    // To whoever migrates, the database's own words say more than that it is not available.
    throw error instanceof DatabaseAway ? (error.cause ?? error) : error;
  } finally {
    await database.close();
  }
}
