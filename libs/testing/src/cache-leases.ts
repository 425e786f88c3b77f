import { cacheLeaseFrom, connectDatabase } from '@mood/db';
import type { CacheLease, CacheState, CacheUser } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { createTestDatabase } from './database.ts';

export interface CacheLeases {
  /** For one more process. */
  createLease(user: CacheUser): CacheLease;
  /** Where the cache stands. */
  state(): Promise<CacheState>;
  close(): Promise<void>;
}

/** A database of a test's own, which opens and closes a cache of moods. */
export async function openCacheLeases(): Promise<CacheLeases> {
  const created = await createTestDatabase();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const database = connectDatabase({
    databaseUrl: created.serviceUrl,
    poolMax: 5,
    connectTimeoutMs: 20_000,
    statementTimeoutMs: 20_000,
    applicationName: 'mood-test-leases',
    logger,
  });
  return {
    createLease: cacheLeaseFrom(database, { logger }),
    async state() {
      const [row] = await database.query<CacheState>({ name: 'state', text: 'SELECT closures, epoch, servers FROM mood_cache' }, []);
      if (row === undefined) throw new Error('mood_cache is empty');
      return row;
    },
    async close() {
      await database.close();
      await created.drop();
    },
  };
}
