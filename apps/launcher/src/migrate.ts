import { applicationRole, connectDatabase, ensureServiceLogin, masterKeysInUse, migrate } from '@mood/db';
import type { ServiceLogin } from '@mood/db';
import { migrateQueueSchema } from '@mood/queue';
import { createLogger, describeError } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';

/**
 * Migrates the schema of the database, and of the queues if they are in it, and creates the login of the processes.
 * @throws LaunchError with the words of the database.
 */
export async function migrateAll(
  databaseUrl: string,
  queues: { redisUrl: string | undefined; queueSchema: string },
  login: ServiceLogin | undefined,
): Promise<void> {
  try {
    await migrate({ databaseUrl });
    if (queues.redisUrl === undefined) await migrateQueueSchema({ databaseUrl, schema: queues.queueSchema, applicationRole });
    if (login !== undefined) await ensureServiceLogin(databaseUrl, login);
  } catch (error) {
    throw new LaunchError(`The schema of the database ${placeOf(databaseUrl)} cannot be updated: ${describeError(error)}`, {
      cause: error,
    });
  }
}

function placeOf(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || '5432'}${pathname}`;
}

/**
 * The ids of the master keys that the audit log of a database is sealed with.
 * @throws LaunchError when it cannot be looked at: a key that is made meanwhile would stand beside one that is in use.
 */
export async function findKeysInUse(databaseUrl: string): Promise<string[]> {
  const logger = createLogger({ name: 'launcher', level: 'silent' });
  const limits = { poolMax: 1, connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 };
  const database = connectDatabase({ databaseUrl, ...limits, applicationName: 'mood-launcher', logger });
  try {
    return await masterKeysInUse(database);
  } catch (error) {
    throw new LaunchError(
      `The database ${placeOf(databaseUrl)} cannot be asked which master keys its audit log needs: ${describeError(error)}. Start that database, correct DATABASE_URL, or set AUDIT_MASTER_KEYS.`,
      { cause: error },
    );
  } finally {
    await database.close();
  }
}

export { urlFor } from '@mood/db';
