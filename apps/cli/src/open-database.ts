import { connectDatabase } from '@mood/db';
import type { Database } from '@mood/db';
import { createLogger } from '@mood/runtime';

/** Statements may take what they take: an operator is waiting, not a user. */
export function openDatabase(databaseUrl: string, connectTimeoutMs: number): Database {
  return connectDatabase({
    databaseUrl,
    poolMax: 2,
    connectTimeoutMs,
    statementTimeoutMs: 0,
    applicationName: 'mood-cli',
    logger: createLogger({ name: 'cli', level: 'silent' }),
  });
}
