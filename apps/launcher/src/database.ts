import { existsSync } from 'node:fs';
import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import type { KeptDatabase } from './keep-database.ts';

export interface Database {
  /** @returns the URL of the database, which exists from then on. */
  start(): Promise<string>;
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Present when the launcher has to keep the database running. */
  readonly kept?: KeptDatabase;
  /** Whether an earlier run created it. False for a database from DATABASE_URL. */
  exists(): boolean;
}

/** The database of DATABASE_URL, which the launcher neither starts nor stops. */
export const givenDatabase = (url: string): Database => ({
  start: () => Promise.resolve(url),
  stop: () => Promise.resolve(),
  exists: () => false,
});

/** The embedded PostgreSQL, in the data directory. */
export function embeddedDatabase(dataDir: string, onProgress: (step: string) => void): Database {
  const folder = path.join(dataDir, 'postgres');
  const postgres = createEmbeddedPostgres({ dataDir: folder, onProgress });
  async function start(): Promise<string> {
    await postgres.start();
    await postgres.ensureDatabase('mood');
    return postgres.url('mood');
  }
  return {
    start,
    kept: { start, isRunning: () => postgres.isRunning(), logFile: path.join(folder, 'data/server.log') },
    exists: () => existsSync(path.join(folder, 'data/PG_VERSION')),
    stop: (mode) => postgres.stop(mode),
  };
}
