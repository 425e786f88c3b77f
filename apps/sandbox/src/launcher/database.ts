import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';

export interface Database {
  /** @returns the URL of the database, which exists from then on. */
  start(): Promise<string>;
  stop(mode: 'fast' | 'immediate'): Promise<void>;
}

/** The database that the settings name, which is somebody else's to start and stop. */
export const givenDatabase = (url: string): Database => ({ start: () => Promise.resolve(url), stop: () => Promise.resolve() });

/** A PostgreSQL of this launcher's own, in the data directory. */
export function embeddedDatabase(dataDir: string, onProgress: (step: string) => void): Database {
  const postgres = createEmbeddedPostgres({ dataDir: path.join(dataDir, 'postgres'), onProgress });
  return {
    async start() {
      await postgres.start();
      await postgres.ensureDatabase('mood');
      return postgres.url('mood');
    },
    stop: (mode) => postgres.stop(mode),
  };
}
