import { cpSync } from 'node:fs';
import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import { administer, templateDatabase } from '@mood/testing/database';
import { findCommand } from '@mood/testing/find-command';
import { migrateAll } from '@mood/testing/migrated';
import { startRedisCluster } from '@mood/testing/redis-cluster';
import { createRedisServer } from '@mood/testing/redis-server';
import { fillCompileCache } from './fill-compile-cache.ts';

export interface RunServers {
  /** How tests find them. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** Nothing of it has to survive: without waiting for the disk the tests take half the time. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '500' };

/**
 * The PostgreSQL, the Redis and the Redis cluster of a test run, and the files of a migrated PostgreSQL for tests that need a server of their own.
 * @param folder where the data goes.
 * @param isWhole whether many tests will start systems, so that it pays to run one before.
 * @throws when the signal says so, or one does not start; then none runs.
 */
export async function startServers(folder: string, stop: AbortSignal, isWhole: boolean): Promise<RunServers> {
  const started: (() => Promise<unknown>)[] = [];
  const remove = async () => {
    await Promise.all(started.map((end) => end()));
  };

  async function startPostgres(): Promise<NodeJS.ProcessEnv> {
    const [dataDir, copied] = [path.join(folder, 'postgres'), path.join(folder, 'postgres-files')];
    const postgres = createEmbeddedPostgres({ dataDir, settings });
    started.push(() => postgres.stop('immediate'));
    await postgres.start();
    await postgres.ensureDatabase('mood');
    await migrateAll(postgres.url('mood'));
    await postgres.stop();
    cpSync(dataDir, copied, { recursive: true });
    await postgres.start();
    await administer(postgres.url('postgres'), `ALTER DATABASE mood RENAME TO ${templateDatabase}`);
    await administer(postgres.url('postgres'), `ALTER DATABASE ${templateDatabase} WITH ALLOW_CONNECTIONS false`);
    // A system that does not start is told by the tests that need one.
    if (isWhole && !stop.aborted) await fillCompileCache(postgres.url('postgres')).catch(() => {});
    return { TEST_POSTGRES_URL: postgres.url('postgres'), TEST_POSTGRES_FILES: copied };
  }

  async function startRedis(): Promise<NodeJS.ProcessEnv> {
    // Without a server of our own, one that is there.
    if (findCommand('redis-server') === undefined) return { TEST_REDIS_URL: process.env['REDIS_URL'] };
    const redis = await createRedisServer({ durability: 'never' });
    started.push(() => redis.remove());
    await redis.start();
    const cluster = await startRedisCluster();
    started.push(() => cluster.remove());
    return { TEST_REDIS_URL: redis.url, TEST_REDIS_CLUSTER_URL: cluster.url };
  }

  const starting = await Promise.allSettled([startPostgres(), startRedis()]);
  try {
    stop.throwIfAborted();
    const env: NodeJS.ProcessEnv = {};
    for (const one of starting) {
      if (one.status === 'rejected') throw one.reason;
      Object.assign(env, one.value);
    }
    return { env, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
