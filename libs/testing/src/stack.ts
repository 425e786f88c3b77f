import { randomBytes } from 'node:crypto';
import { createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { createPlatformClient } from './platform-client.ts';
import type { PlatformClient } from './platform-client.ts';
import type { TestQueues } from './queues.ts';
import { startNodeProcess } from './process.ts';
import type { NodeProcess } from './process.ts';

export interface Model {
  id: string;
  token: string;
}

/** A whole system of its own: a database, the sandbox platform, an API, and workers, each a real process. */
export interface Stack {
  readonly api: ApiClient;
  readonly platform: PlatformClient;
  readonly database: TestDatabase;
  readonly apiProcess: NodeProcess;
  readonly workers: readonly NodeProcess[];
  /** Of all its processes. */
  readonly pids: readonly number[];
  /** Environment of the system's processes. */
  readonly env: Readonly<Record<string, string>>;
  /** A performer who has accepted the terms, with a token. */
  createModel(): Promise<Model>;
  /** Starts the API again, on the same port, after it ended. */
  restartApi(): Promise<void>;
  startWorker(): Promise<NodeProcess>;
  /** Looks into the queues behind the system's back. */
  queues(): Promise<TestQueues>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** How many workers run from the start. Default 0. */
  workers?: number;
  env?: Record<string, string>;
  /** What one kind of process gets instead. */
  envOf?: Partial<Record<'api' | 'worker' | 'sandbox', Record<string, string>>>;
  /** Default: a database of its own on the server of this test run. */
  database?: TestDatabase;
}

/** Where the queues are, and what else is in Redis: in the second round of a test run everything that Redis can hold. */
function queueStore(): Record<string, string> {
  if (process.env['TEST_QUEUE_STORE'] !== 'redis') return {};
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('Tests on Redis need the Redis of the test run: use "npm test", or "npm test -- <path>".');
  return { REDIS_URL: url, QUEUE_PREFIX: `test-${randomBytes(6).toString('hex')}` };
}

/** Environment of processes that wait for their database, for tests that are of something else: on a busy machine it may answer late. */
export const patientWithDatabase = { DATABASE_CONNECT_TIMEOUT_MS: '20000', DATABASE_STATEMENT_TIMEOUT_MS: '20000' } as const;

/** A test with a database of its own is about what becomes of it: how soon processes give it up is as it ships. */
const hasOwnDatabase = ({ database, env }: StackOptions) => database !== undefined || env?.['DATABASE_URL'] !== undefined;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const database = options.database ?? (await createTestDatabase());
  const [apiPort, sandboxPort] = [await freePort(), await freePort()];
  const platformUrl = `http://127.0.0.1:${sandboxPort}`;
  const env: Record<string, string> = {
    DATABASE_URL: database.serviceUrl,
    PORT: String(apiPort),
    SANDBOX_PORT: String(sandboxPort),
    MOOD_API_URL: `http://127.0.0.1:${apiPort}`,
    AUTH_ISSUER: platformUrl,
    AUTH_SERVICE_URL: platformUrl,
    USER_SERVICE_URL: platformUrl,
    PERFORMER_SERVICE_URL: platformUrl,
    MESSAGE_SERVICE_URL: platformUrl,
    ANALYTICS_SERVICE_URL: platformUrl,
    AUDIT_MASTER_KEYS: `test:${randomBytes(32).toString('base64')}`,
    SESSION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    ALLOWED_ORIGINS: platformUrl,
    MOOD_MODE: 'embedded',
    LOG_LEVEL: 'info',
    // Tests send what is refused all the time.
    REFUSED_WRITES_PER_MINUTE_PER_PRINCIPAL: '0',
    // Tests under load write to a model as one user. Those of the cap set their own.
    AUTO_REPLY_DAILY_CAP: '100000',
    ...(hasOwnDatabase(options) ? {} : { DATABASE_CONNECT_TIMEOUT_MS: patientWithDatabase.DATABASE_CONNECT_TIMEOUT_MS }),
    ...queueStore(),
    ...options.env,
  };
  const startApi = () => startNodeProcess('apps/api/src/main.ts', { ...env, ...options.envOf?.api });
  const startWorker = () => startNodeProcess('apps/worker/src/main.ts', { ...env, ...options.envOf?.worker });
  const [sandbox, firstApi, ...workers] = await Promise.all([
    startNodeProcess('apps/sandbox/src/main.ts', { ...env, ...options.envOf?.sandbox }),
    startApi(),
    ...Array.from({ length: options.workers ?? 0 }, startWorker),
  ]);
  let apiProcess = firstApi;
  let queues: Promise<TestQueues> | undefined;
  let termsVersion: Promise<string> | undefined;
  const platform = createPlatformClient(platformUrl);
  const api = await createApiClient(`http://127.0.0.1:${apiPort}`);

  return {
    api,
    platform,
    database,
    env,
    workers,
    get apiProcess() {
      return apiProcess;
    },
    get pids() {
      return [sandbox, apiProcess, ...workers].map(({ pid }) => pid);
    },
    async createModel() {
      const [id = ''] = await platform.createPerformers();
      const token = await platform.token('model', id);
      termsVersion ??= api.get('/api/v1/mood/terms', token).then(({ body }) => body.version);
      const accepted = await api.post('/api/v1/mood/terms', { accept: true, version: await termsVersion }, token);
      if (accepted.status !== 200) throw new Error(`the terms were not accepted: ${JSON.stringify(accepted.body)}`);
      return { id, token };
    },
    async restartApi() {
      apiProcess = await startApi();
    },
    async startWorker() {
      const worker = await startWorker();
      workers.push(worker);
      return worker;
    },
    // Loaded when it is asked for: it takes a second.
    queues: () => (queues ??= import('./queues.ts').then(({ openQueues }) => openQueues(env))),
    async stop() {
      await (await queues)?.close();
      const stopped = await Promise.allSettled([apiProcess, ...workers, sandbox].map((child) => child.stop()));
      if (options.database === undefined) await database.drop();
      for (const one of stopped) if (one.status === 'rejected') throw one.reason;
    },
  };
}
