import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SettingValues } from '@mood/runtime';
import { createCrew } from './crew.ts';
import { embeddedDatabase, givenDatabase } from './database.ts';
import { environmentFor, urlOf } from './environment.ts';
import { firstSteps, readTermsVersion } from './first-steps.ts';
import { codeOf, LaunchError } from './launch-error.ts';
import { keepMasterKeys, masterKeysFile } from './master-keys.ts';
import { claimPort } from './ports.ts';
import { readRunFile, removeRunFile, writeRunFile } from '@mood/runtime';
import type { launcherSettings } from './settings.ts';

export interface System {
  /** Resolves when everything is ready, with what a newcomer needs to know. */
  start(): Promise<string>;
  /** Rejects when a process stops by itself. Never resolves. */
  readonly mishap: Promise<never>;
  /** API and worker, then the platform, then the database. Repeating it is harmless. */
  stop(): Promise<void>;
  /** Ends everything at once; the next start heals the database. */
  kill(): Promise<void>;
}

const apps = path.resolve(import.meta.dirname, '../../..');
const entryOf = (app: string) => path.join(apps, app, 'src/main.ts');

/** Puts the system together. Apps do not import each other: the processes are started by path. */
export function createSystem(settings: SettingValues<typeof launcherSettings>, say: (line: string) => void): System {
  const { dataDir } = settings;
  const logFolder = path.join(dataDir, 'logs');
  const database = settings.databaseUrl === undefined ? embeddedDatabase(dataDir, say) : givenDatabase(settings.databaseUrl);
  const crew = createCrew({ logFolder });
  let stopping: Promise<void> | undefined;
  let databaseStart: Promise<string> | undefined;
  /** The run file is ours. */
  let announced = false;

  async function start(): Promise<string> {
    await makeFolder(logFolder);
    const { port, sandboxPort } = await claimPorts(settings).catch((error: unknown) => explainTaken(error, dataDir));
    const masterKeys = settings.masterKeys ?? (await keepMasterKeys(dataDir));

    // Loading the object-relational mapper takes as long as starting the database.
    const migrations = import('./migrate.ts');
    migrations.catch(() => {});
    goOn();
    databaseStart = database.start();
    const databaseUrl = await databaseStart;
    const { migrateAll, urlFor } = await migrations;
    // Nobody else needs the password, so each start makes a new one. In a database that was given, logins are its administrator's.
    const login =
      settings.databaseUrl === undefined ? { login: 'mood_service', password: randomBytes(24).toString('base64url') } : undefined;
    const serviceUrl = login === undefined ? databaseUrl : urlFor(databaseUrl, login);
    const env = environmentFor(
      { port, sandboxPort, databaseUrl: serviceUrl, masterKeys, sandboxFile: path.join(dataDir, 'sandbox.json') },
      process.env,
    );

    goOn();
    say('updating the database schema, starting the sandbox');
    await Promise.all([migrateAll(databaseUrl, settings, login), crew.start({ name: 'sandbox', entry: entryOf('sandbox'), env })]);

    goOn();
    say('starting the API and the worker');
    await crew.start({ name: 'api', entry: entryOf('api'), env }, { name: 'worker', entry: entryOf('worker'), env });

    goOn();
    const places = { apiUrl: urlOf(port), sandboxUrl: urlOf(sandboxPort), logFolder };
    const steps = firstSteps(places, await readTermsVersion(places));
    announced = true;
    const auditKeysFile = settings.masterKeys === undefined ? { auditKeysFile: masterKeysFile(dataDir) } : {};
    const startedAt = new Date().toISOString();
    await writeRunFile(dataDir, { pid: process.pid, startedAt, databaseUrl, ...places, ...auditKeysFile });
    return steps;
  }

  function goOn(): void {
    if (stopping !== undefined) throw new LaunchError('Stopped before everything was ready.');
  }

  async function stopAll(): Promise<void> {
    const killed = await crew.stop();
    if (killed.length > 0) say(`had to kill the ${killed.join(' and the ')}: it did not stop in time`);
    // A database that is starting can be stopped when it is there.
    await databaseStart?.catch(() => {});
    await database.stop('fast');
    if (announced) await removeRunFile(dataDir);
  }

  return {
    start,
    mishap: crew.mishap,
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    async kill() {
      crew.kill();
      await database.stop('immediate');
      if (announced) await removeRunFile(dataDir);
    },
  };
}

async function claimPorts({ port, sandboxPort }: { port: number; sandboxPort: number }) {
  if (port === sandboxPort && port !== 0) throw new LaunchError(`PORT and SANDBOX_PORT are both ${port}. Set one of them to another port.`);
  return {
    port: await claimPort({ purpose: 'the API', variable: 'PORT', port }),
    sandboxPort: await claimPort({ purpose: 'the sandbox', variable: 'SANDBOX_PORT', port: sandboxPort }),
  };
}

/** The likeliest program on our port is this system, started twice. */
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
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new LaunchError(
      `The folder ${folder} cannot be made (${codeOf(error)}). Make its parent writable, or set DATA_DIR to another folder.`,
      {
        cause: error,
      },
    );
  }
}
