import { randomBytes } from 'node:crypto';
import { freePort } from '@mood/testing/free-port';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { createPlatformClient } from '@mood/testing/platform-client';
import type { PlatformClient } from '@mood/testing/platform-client';
import { productionFlags } from '@mood/testing/production-flags';
import { createRedisServer } from '@mood/testing/redis-server';
import { seedModels } from './seed.ts';
import { settleWal } from './settle-wal.ts';
import { startQuietProcess } from './quiet-process.ts';
import type { QuietProcess } from './quiet-process.ts';

export interface BenchSystem {
  readonly apiUrl: string;
  /** Of the API. */
  readonly metricsUrl: string;
  readonly api: QuietProcess;
  readonly platform: PlatformClient;
  readonly postgres: OwnPostgres;
  readonly env: Readonly<Record<string, string>>;
  /** Ids of performers who have accepted the terms and have a mood. */
  readonly models: readonly string[];
  /** One more API, on a port of its own. */
  startApi(): Promise<{ api: QuietProcess; url: string }>;
  /** @param own environment of this worker alone. */
  startWorker(own?: Readonly<Record<string, string>>): Promise<QuietProcess>;
  stop(): Promise<void>;
}

/** A database that outlives the systems that run on it, one after another. */
export interface BenchDatabase {
  readonly postgres: OwnPostgres;
  /** Of the systems: what one of them has sealed, the next one opens. */
  readonly masterKeys: string;
}

export interface BenchSystemOptions {
  /** How many are made; with a database that has its models, those that are asked for. */
  models: number | readonly string[];
  redis: boolean;
  /** Settings of PostgreSQL besides, where the database is the system's own. */
  postgresSettings?: Readonly<Record<string, string>>;
  /** To run on; it stays when the system stops. By default one that is the system's own. */
  database?: BenchDatabase;
  /** For the processes of the API and the worker, such as `--cpu-prof`. */
  execArgv?: string[];
}

const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** PostgreSQL that waits for the disk, with our tables and nothing in them. @param settings of it besides. */
export async function startBenchDatabase(settings: Readonly<Record<string, string>> = {}): Promise<BenchDatabase> {
  const postgres = await startOwnPostgres({ shared_buffers: '512MB', max_wal_size: '4GB', min_wal_size: '2GB', ...settings });
  await settleWal(postgres.database);
  return { postgres, masterKeys: keyOf('bench') };
}

/** A system as in production, on this machine: PostgreSQL, Redis, the sandbox as the platform, one API. */
export async function startBenchSystem({
  models: wanted,
  redis: withRedis,
  database,
  postgresSettings = {},
  execArgv = [],
}: BenchSystemOptions): Promise<BenchSystem> {
  const { postgres, masterKeys } = database ?? (await startBenchDatabase(postgresSettings));
  const redis = withRedis ? await createRedisServer({ durability: 'every-second' }) : undefined;
  await redis?.start();
  const [port, sandboxPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const platformUrl = `http://127.0.0.1:${sandboxPort}`;
  const env: Record<string, string> = {
    // Few users write to few models, and often.
    AUTO_REPLY_DAILY_CAP: '100000',
    DATABASE_URL: postgres.database.serviceUrl,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    MOOD_API_URL: `http://127.0.0.1:${port}`,
    AUTH_ISSUER: platformUrl,
    AUTH_SERVICE_URL: platformUrl,
    USER_SERVICE_URL: platformUrl,
    PERFORMER_SERVICE_URL: platformUrl,
    MESSAGE_SERVICE_URL: platformUrl,
    ANALYTICS_SERVICE_URL: platformUrl,
    AUDIT_MASTER_KEYS: masterKeys,
    SESSION_KEYS: keyOf('bench'),
    MOOD_MODE: 'embedded',
    REQUESTS_PER_MINUTE_PER_IP: '0',
    ANONYMOUS_REQUESTS_PER_MINUTE_PER_IP: '0',
    REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0',
    ...(redis !== undefined && { REDIS_URL: redis.url }),
  };
  const sandbox = await startQuietProcess('apps/sandbox/src/main.ts', { ...env, LOG_LEVEL: 'warn' });
  const platform = createPlatformClient(platformUrl);
  const models = typeof wanted === 'number' ? await seedModels(postgres.database, platform, wanted) : wanted;
  const startApiOn = (ports: { PORT: string; METRICS_PORT: string }) =>
    startQuietProcess('apps/api/src/main.ts', { ...env, ...ports }, [...productionFlags('apps/api/src/main.ts'), ...execArgv]);
  const api = await startApiOn({ PORT: String(port), METRICS_PORT: String(metricsPort) });
  const more: QuietProcess[] = [];
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}`,
    api,
    platform,
    postgres,
    env,
    models,
    async startApi() {
      const ports = { PORT: String(await freePort()), METRICS_PORT: String(await freePort()) };
      const another = await startApiOn(ports);
      more.push(another);
      return { api: another, url: `http://127.0.0.1:${ports.PORT}` };
    },
    async startWorker(own) {
      const worker = await startQuietProcess('apps/worker/src/main.ts', { ...env, ...own }, [
        ...productionFlags('apps/worker/src/main.ts'),
        ...execArgv,
      ]);
      more.push(worker);
      return worker;
    },
    async stop() {
      await Promise.all([api, ...more, sandbox].map((child) => child.stop()));
      await redis?.remove();
      if (database === undefined) await postgres.remove();
    },
  };
}
