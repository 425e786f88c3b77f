import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, Pool } from 'pg';

/** The migrated database that every test database is a copy of. */
export const templateDatabase = 'mood_template';

export interface TestDatabase {
  /** As the owner. */
  url: string;
  /** As the API and the worker connect: with a role that can do what they need, and no more. */
  serviceUrl: string;
  /** Looks into the database behind the system's back. */
  query<Row extends object>(statement: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** A database that is there already. @param remove takes it away when the test is over. */
export function openTestDatabase(url: string, remove: () => Promise<void>): TestDatabase {
  const pool = new Pool({ connectionString: url, max: 2 });
  // A database that is killed on purpose says so here.
  pool.on('error', () => {});
  return {
    url,
    serviceUrl: withLogin(url),
    async query<Row extends object>(statement: string, values: readonly unknown[] = []) {
      const { rows } = await pool.query<Row>(statement, [...values]);
      return rows;
    },
    async drop() {
      await pool.end();
      await remove();
    },
  };
}

/** What the API and the worker log in with. Made once per server; the same for every database on it. */
export const serviceLogin = { login: 'mood_test_service', password: 'known-to-every-test-process' };

function withLogin(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  [url.username, url.password] = [serviceLogin.login, serviceLogin.password];
  return url.href;
}

/** The server of this test run. */
export function testServerUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url === undefined)
    throw new Error('Tests need the database of the test run: use "npm test", or "npm test -- <path>" for some of them.');
  return url;
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement on a server. */
export async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(serverUrl, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database of its own for a test: a copy of the migrated one, made in about 50 ms. */
export const createTestDatabase = (): Promise<TestDatabase> => createDatabase(`TEMPLATE ${templateDatabase} STRATEGY file_copy`);

/** A database of its own with nothing in it. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase('');

async function createDatabase(options: string): Promise<TestDatabase> {
  const server = testServerUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${escapeIdentifier(name)} ${options}`);
  const drop = () => administer(server, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  return openTestDatabase(databaseUrl(server, name), drop);
}
