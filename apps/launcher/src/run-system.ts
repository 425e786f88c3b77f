import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { findRedisProblem } from '@mood/redis';
import type { SettingValues } from '@mood/runtime';
import { buildPanel } from './build-panel.ts';
import { createChildProcesses } from './child-processes.ts';
import { embeddedDatabase, givenDatabase } from './database.ts';
import { environmentFor, urlOf } from './environment.ts';
import { firstSteps, readExample } from './first-steps.ts';
import { LaunchError } from './launch-error.ts';
import { keepSessionKeys } from './key-file.ts';
import { keepMasterKeys, masterKeysFile } from './master-keys.ts';
import { keepDatabase } from './keep-database.ts';
import { claimPort } from './ports.ts';
import { errorCode, readRunFile, removeRunFile, writeRunFile } from '@mood/runtime';
import type { launcherSettings } from './settings.ts';

export interface System {
  /** Resolves when everything is ready, with the text for newcomers. */
  start(): Promise<string>;
  /** Rejects when a part has ended that cannot be restarted. Never resolves. */
  readonly unexpectedExit: Promise<never>;
  /** Stops API and worker, then the sandbox, then the database. Repeating it is harmless. */
  stop(): Promise<void>;
  /** Kills everything; the next start repairs the database. */
  kill(): Promise<void>;
}

const apps = path.resolve(import.meta.dirname, '../..');
const entryOf = (app: string) => path.join(apps, app, 'src/main.ts');

/** Puts the system together. Apps do not import each other: their processes are started by path. */
export function createSystem(settings: SettingValues<typeof launcherSettings>, say: (line: string) => void): System {
  const { dataDir } = settings;
  const logFolder = path.join(dataDir, 'logs');
  const database = settings.databaseUrl === undefined ? embeddedDatabase(dataDir, say) : givenDatabase(settings.databaseUrl);
  const children = createChildProcesses({ logFolder, say });
  const stopped = new AbortController();
  const unexpectedExit = Promise.withResolvers<never>();
  unexpectedExit.promise.catch(() => {});
  let stopping: Promise<void> | undefined;
  let databaseStart: Promise<string> | undefined;
  /** Whether this launcher has written the run file. */
  let announced = false;

  async function start(): Promise<string> {
    // In this order, so that the error names the folder that is at fault.
    await makeFolder(dataDir);
    await makeFolder(logFolder);
    const { port, sandboxPort, metricsPort, workerMetricsPort } = await claimPorts(settings).catch((error: unknown) =>
      explainTaken(error, dataDir),
    );

    const { redisUrl } = settings;
    const redisProblem = redisUrl === undefined ? undefined : await findRedisProblem(redisUrl);
    if (redisProblem !== undefined)
      throw new LaunchError(
        `${redisProblem}. Start that Redis, set REDIS_URL to another one, or unset it: PostgreSQL holds the queues then.`,
      );

    const panel = buildPanel(path.join(apps, 'panel'), say, stopped.signal);
    // Loading the object-relational mapper takes as long as starting the database.
    const migrations = import('./migrate.ts');
    migrations.catch(() => {});
    const masterKeys = settings.masterKeys ?? (await keepMasterKeys(dataDir, findSealedDatabase));
    const sessionKeys = settings.sessionKeys ?? (await keepSessionKeys(dataDir));
    goOn();
    databaseStart = database.start();
    const databaseUrl = await databaseStart;
    if (database.kept !== undefined)
      keepDatabase(database.kept, { url: databaseUrl, say, signal: stopped.signal }).catch(unexpectedExit.reject);
    const { migrateAll, urlFor } = await migrations;
    // Only these processes use the login, so each start makes a new password. In a database from DATABASE_URL its administrator manages
    // logins.
    const login =
      settings.databaseUrl === undefined ? { login: 'mood_service', password: randomBytes(24).toString('base64url') } : undefined;
    const serviceUrl = login === undefined ? databaseUrl : urlFor(databaseUrl, login);
    const env = environmentFor(
      { port, sandboxPort, databaseUrl: serviceUrl, masterKeys, sessionKeys, sandboxFile: path.join(dataDir, 'sandbox.json') },
      process.env,
    );

    goOn();
    say('updating the database schema, starting the sandbox');
    await Promise.all([migrateAll(databaseUrl, settings, login), children.start({ name: 'sandbox', entry: entryOf('sandbox'), env })]);

    await panel;
    goOn();
    say('starting the API and the worker');
    await children.start(
      { name: 'api', entry: entryOf('api'), env: { ...env, METRICS_PORT: String(metricsPort) } },
      { name: 'worker', entry: entryOf('worker'), env: { ...env, METRICS_PORT: String(workerMetricsPort) } },
    );

    goOn();
    const places = { apiUrl: urlOf(port), sandboxUrl: urlOf(sandboxPort), logFolder };
    const metrics = { api: urlOf(metricsPort), worker: urlOf(workerMetricsPort) };
    const steps = firstSteps({ ...places, metrics }, await readExample(places));
    announced = true;
    const auditKeysFile = settings.masterKeys === undefined ? { auditKeysFile: masterKeysFile(dataDir) } : {};
    const startedAt = new Date().toISOString();
    await writeRunFile(dataDir, { pid: process.pid, startedAt, databaseUrl, ...places, ...auditKeysFile });
    return steps;
  }

  /** What may be sealed with another master key, in words; undefined when nothing can be. */
  async function findSealedDatabase(): Promise<string | undefined> {
    if (database.exists()) return `The folder ${dataDir} has a database`;
    if (settings.databaseUrl === undefined) return undefined;
    const { findKeysInUse } = await import('./migrate.ts');
    const ids = await findKeysInUse(settings.databaseUrl);
    return ids.length === 0 ? undefined : `The audit log of the database in DATABASE_URL is sealed with the key "${ids.join('", "')}"`;
  }

  function goOn(): void {
    if (stopping !== undefined) throw new LaunchError('Stopped before everything was ready.');
  }

  async function stopAll(): Promise<void> {
    stopped.abort();
    const killed = await children.stop();
    if (killed.length > 0) say(`Killed the ${killed.join(' and the ')}, which did not stop in time. What is stored is safe.`);
    // A starting database can only be stopped once it has started.
    await databaseStart?.catch(() => {});
    await database.stop('fast');
    if (announced) await removeRunFile(dataDir);
  }

  return {
    start,
    unexpectedExit: unexpectedExit.promise,
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    async kill() {
      stopped.abort();
      children.kill();
      await database.stop('immediate');
      if (announced) await removeRunFile(dataDir);
    },
  };
}

type WantedPorts = Pick<SettingValues<typeof launcherSettings>, 'port' | 'sandboxPort' | 'metricsPort' | 'workerMetricsPort'>;

/** A port for each process, and another one for its operations: METRICS_PORT and the next one, or any free ones. */
async function claimPorts({ port, sandboxPort, metricsPort = 0, workerMetricsPort }: WantedPorts) {
  const afterwards = metricsPort === 0 ? 0 : metricsPort === 65_535 ? metricsPort - 1 : metricsPort + 1;
  const wanted = [
    { purpose: 'the API', variable: 'PORT', port },
    { purpose: 'the sandbox', variable: 'SANDBOX_PORT', port: sandboxPort },
    { purpose: 'the metrics of the API', variable: 'METRICS_PORT', port: metricsPort },
    { purpose: 'the metrics of the worker', variable: 'WORKER_METRICS_PORT', port: workerMetricsPort ?? afterwards },
  ];
  for (const [index, one] of wanted.entries()) {
    const same = wanted.slice(0, index).find((other) => other.port === one.port && one.port !== 0);
    if (same !== undefined)
      throw new LaunchError(`${same.variable} and ${one.variable} are both ${one.port}. Set one of them to another port.`);
  }
  const claimed: number[] = [];
  for (const one of wanted) {
    let free = await claimPort(one);
    while (claimed.includes(free)) free = await claimPort(one);
    claimed.push(free);
  }
  const [ofApi = 0, ofSandbox = 0, ofApiMetrics = 0, ofWorkerMetrics = 0] = claimed;
  return { port: ofApi, sandboxPort: ofSandbox, metricsPort: ofApiMetrics, workerMetricsPort: ofWorkerMetrics };
}

/** The likeliest program on the port is this system, started twice. */
async function explainTaken(error: unknown, dataDir: string): Promise<never> {
  const run = await readRunFile(dataDir);
  if (run === undefined) throw error;
  throw new LaunchError(
    `The system is already running on ${dataDir} (pid ${run.pid}, ${run.apiUrl}). Stop it first, or set DATA_DIR, PORT and SANDBOX_PORT.`,
    { cause: error },
  );
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makePath(folder);
  } catch (error) {
    throw new LaunchError(
      `The folder ${folder} cannot be made (${errorCode(error)}). Make its parent writable, or set DATA_DIR to another folder.`,
      {
        cause: error,
      },
    );
  }
}

/** Creates a folder step by step: the recursive `mkdir` of Node.js never returns where folders can be seen but not created (/proc). */
async function makePath(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (path.dirname(folder) !== folder) await makePath(path.dirname(folder));
  await mkdir(folder).catch(async (error: unknown) => {
    if (!(await isFolder(folder))) throw error;
  });
}

const isFolder = async (folder: string) => (await stat(folder).catch(() => undefined))?.isDirectory() === true;
