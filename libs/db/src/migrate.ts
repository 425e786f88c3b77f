import { createLogger } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import { grantApplicationRole } from './application-role.ts';
import { connectDatabase } from './database.ts';
import { seedTemplates } from './templates/seed-templates.ts';

/**
 * Brings the schema up to date, grants the role of the running processes what it needs, and gives an empty database the default
 * templates. Repeating it changes nothing. To be run by the owner of the tables, who may make roles.
 * @returns the names of the migrations that ran.
 */
export async function migrate(options: { databaseUrl: string; logger?: Logger }): Promise<string[]> {
  const logger = options.logger ?? createLogger({ name: 'migrate', level: 'silent' });
  const database = connectDatabase({
    databaseUrl: options.databaseUrl,
    poolMax: 2,
    connectTimeoutMs: 10_000,
    // Building an index on a large table takes what it takes.
    statementTimeoutMs: 0,
    applicationName: 'mood-migrate',
    logger,
  });
  try {
    // The migrator would make a database that is missing.
    await database.query({ name: 'ping', text: 'SELECT 1' }, []);
    const ran = await database.orm.migrator.up();
    await grantApplicationRole(database);
    const seeded = await seedTemplates(database);
    logger.info({ migrations: ran.map((migration) => migration.name), seeded }, 'schema is up to date');
    return ran.map((migration) => migration.name);
  } finally {
    await database.close();
  }
}
