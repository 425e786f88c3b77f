import { existsSync } from 'node:fs';
import { compileCache } from '@mood/testing/compile-cache';
import { administer, databaseUrl, openTestDatabase, templateDatabase } from '@mood/testing/database';

const name = 'fills_compile_cache';

/**
 * On a fresh checkout, runs a whole system once. Node.js writes what it made of our code when a process ends: the systems of the first tests
 * would all start before one of them has ended, each of their processes compiling everything.
 * @param serverUrl a PostgreSQL with the migrated database.
 * @returns whether there was something to do.
 */
export async function fillCompileCache(serverUrl: string): Promise<boolean> {
  if (existsSync(compileCache.NODE_COMPILE_CACHE)) return false;
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  const database = openTestDatabase(databaseUrl(serverUrl, name), () => administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`));
  // Loaded when it is needed: few runs are of a fresh checkout.
  const { startStack } = await import('@mood/testing/stack');
  try {
    const stack = await startStack({ workers: 1, database });
    await stack.stop();
  } finally {
    await database.drop();
  }
  return true;
}
