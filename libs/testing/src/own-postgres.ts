import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import type { EmbeddedPostgres } from '@mood/embedded-postgres';
import { administer, openTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { freePort } from './free-port.ts';

/** A PostgreSQL of a test's own, that may be stopped and killed. */
export interface OwnPostgres {
  readonly server: EmbeddedPostgres;
  /** Where its files are. */
  readonly folder: string;
  /** Migrated, for a stack. */
  readonly database: TestDatabase;
  /** A copy of `database`, which nobody may be connected to meanwhile. */
  copy(): Promise<TestDatabase>;
  remove(): Promise<void>;
}

/** The files of a server that is stopped, with a migrated database `mood`: the test run has made them once for all. */
const migratedFiles = process.env['TEST_POSTGRES_FILES'];

export async function startOwnPostgres(settings: Record<string, string> = {}): Promise<OwnPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-own-postgres-'));
  const dataDir = path.join(folder, 'postgres');
  if (migratedFiles !== undefined) cpSync(migratedFiles, dataDir, { recursive: true });
  const server = createEmbeddedPostgres({ dataDir, port: await freePort(), settings });
  await server.start();
  const databaseUrl = server.url('mood');
  if (await server.ensureDatabase('mood')) {
    // Loaded when it is needed: it takes a second.
    const { migrateAll } = await import('./migrated.ts');
    await migrateAll(databaseUrl);
  }
  const database = openTestDatabase(databaseUrl, async () => {});
  return {
    server,
    folder: dataDir,
    database,
    async copy() {
      const name = `copy_${randomBytes(6).toString('hex')}`;
      await administer(databaseUrl, `CREATE DATABASE ${name} TEMPLATE mood`);
      return openTestDatabase(server.url(name), () => administer(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`));
    },
    async remove() {
      await database.drop();
      await server.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
