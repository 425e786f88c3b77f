import { randomBytes } from 'node:crypto';
import { createLogger } from '@mood/runtime';
import { Client } from 'pg';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import type { MasterKey } from './audit/master-keys.ts';
import { connectDatabase } from './connect-database.ts';
import type { Database } from './database.ts';

export interface DatabaseUnderTest {
  readonly url: string;
  /** As our processes use it. */
  readonly database: Database;
  /** One connection of the owner, past everything of ours. */
  readonly sql: Client;
  /** A connection pool of its own, as another process would have. @param url for another login. */
  connectAnother(url?: string): Database;
  close(): Promise<void>;
}

export function connectForTest(databaseUrl: string): Database {
  return connectDatabase({
    databaseUrl,
    poolMax: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 20_000,
    applicationName: 'db-test',
    logger: createLogger({ name: 'db-test', level: 'silent' }),
  });
}

/** A migrated database of its own. @param create where it comes from; by default from the server of the test run. */
export async function openDatabaseUnderTest(
  create: () => Promise<Pick<TestDatabase, 'url' | 'drop'>> = createTestDatabase,
): Promise<DatabaseUnderTest> {
  const created = await create();
  const { url } = created;
  const database = connectForTest(url);
  const opened = [database];
  const sql = new Client({ connectionString: url });
  await sql.connect();
  return {
    url,
    database,
    sql,
    connectAnother(as = url) {
      const another = connectForTest(as);
      opened.push(another);
      return another;
    },
    async close() {
      await sql.end();
      await Promise.all(opened.map((one) => one.close()));
      await created.drop();
    },
  };
}

export function createMasterKey(id: string): MasterKey {
  return { id, secret: randomBytes(32) };
}
