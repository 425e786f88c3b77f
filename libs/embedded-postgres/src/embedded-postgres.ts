import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { keepPassword, placeIn, prepareDataDirectory, user } from './data-directory.ts';
import { lockDirectory } from './directory-lock.ts';
import { EmbeddedPostgresError, explainFileError, explainServer } from './errors.ts';
import { endServer, findServer, healLeftovers, killServer } from './leftovers.ts';
import { findPrograms } from './programs.ts';
import type { Programs } from './programs.ts';
import { startServer } from './server.ts';

export interface EmbeddedPostgresOptions {
  /** The folder of the data, the password and the server's log; created if needed. */
  dataDir: string;
  /** Default: any free port, the same again for as long as this object lives. */
  port?: number;
  /** Server settings, for example `{ fsync: 'off' }`. */
  settings?: Readonly<Record<string, string>>;
  /** Called before each step that takes a moment. */
  onProgress?: (step: string) => void;
}

export interface EmbeddedPostgres {
  /** Starts the server, whatever an earlier run left behind. @throws EmbeddedPostgresError. */
  start(): Promise<void>;
  /**
   * `fast` ends the server in order; `immediate` is like a crash for the data. Repeating it is harmless. Waits for a start that is in
   * progress.
   */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Kills the server (SIGKILL); it can be started again. */
  kill(): Promise<void>;
  isRunning(): Promise<boolean>;
  /** The URL of a database on the running server. */
  readonly port: number;
  url(database: string): string;
  /** @returns whether it was created. */
  ensureDatabase(name: string): Promise<boolean>;
}

/** PostgreSQL's codes for a wrong password and for an unknown role, and for a database that is there already. */
const [wrongPassword, unknownRole, duplicateDatabase] = ['28P01', '28000', '42P04'];

/**
 * A real PostgreSQL from npm. The server is in a session of its own: Ctrl-C does not reach it, so that it is still there while other
 * processes finish.
 */
export function createEmbeddedPostgres(options: EmbeddedPostgresOptions): EmbeddedPostgres {
  const place = placeIn(options.dataDir);
  const { root, dataDir } = place;
  const onProgress = options.onProgress ?? (() => {});
  let programs: Programs | undefined;
  let port: number | undefined;
  let password: string | undefined;
  let unlock: (() => Promise<void>) | undefined;
  let starting: Promise<void> | undefined;

  async function start(): Promise<void> {
    try {
      await mkdir(root, { recursive: true });
      unlock ??= await lockDirectory(path.join(root, 'lock'), root);
      programs = await findPrograms(place);
      password = await keepPassword(place);
      await prepareDataDirectory(place, programs, password, onProgress);
      await healLeftovers(dataDir, programs, onProgress);
      onProgress('starting the database');
      await run(programs);
      await checkPassword(programs, password);
    } catch (error) {
      if (unlock !== undefined && programs !== undefined) await endServer(dataDir, programs, 'fast').catch(() => {});
      await unlock?.();
      unlock = undefined;
      throw error instanceof EmbeddedPostgresError ? error : explainFileError(root, error);
    }
  }

  async function run(tools: Programs): Promise<void> {
    port = await startServer(place, tools, { fixedPort: options.port, lastPort: port, settings: options.settings ?? {} });
  }

  /** Whoever owns the data directory may reset the password, so a lost password file is no problem. */
  async function checkPassword(tools: Programs, secret: string): Promise<void> {
    try {
      await withAdmin(async () => {});
    } catch (error) {
      if (!(error instanceof DatabaseError) || (error.code !== wrongPassword && error.code !== unknownRole)) throw error;
      onProgress('setting the password of the database anew');
      await endServer(dataDir, tools, 'fast');
      const statements = [
        `CREATE ROLE ${escapeIdentifier(user)} SUPERUSER LOGIN;`,
        `ALTER ROLE ${escapeIdentifier(user)} WITH SUPERUSER LOGIN PASSWORD ${escapeLiteral(secret)};`,
      ];
      const { code, said } = await tools.single(['-D', dataDir, 'postgres'], `${statements.join('\n')}\n`);
      if (code !== 0) throw explainServer(said, place);
      await run(tools);
      await withAdmin(async () => {});
    }
  }

  async function withAdmin<T>(task: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: embedded.url('postgres') });
    await client.connect();
    try {
      return await task(client);
    } finally {
      await client.end();
    }
  }

  const embedded: EmbeddedPostgres = {
    start() {
      starting ??= start().finally(() => {
        starting = undefined;
      });
      return starting;
    },

    async stop(mode = 'fast') {
      await starting?.catch(() => {});
      if (programs === undefined || unlock === undefined) return;
      await endServer(dataDir, programs, mode);
      await unlock();
      unlock = undefined;
    },

    async kill() {
      await starting?.catch(() => {});
      const pid = unlock === undefined ? undefined : await findServer(dataDir);
      if (pid !== undefined) await killServer(dataDir, pid);
    },

    isRunning: async () => (await findServer(dataDir)) !== undefined,

    get port() {
      if (port === undefined) throw new Error('the embedded database was not started');
      return port;
    },

    url(database) {
      if (password === undefined) throw new Error('the embedded database was not started');
      return `postgres://${user}:${password}@127.0.0.1:${embedded.port}/${encodeURIComponent(database)}`;
    },

    ensureDatabase: (name) =>
      withAdmin(async (client) => {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
        if (rowCount === 1) return false;
        try {
          await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
          return true;
        } catch (error) {
          if (error instanceof DatabaseError && error.code === duplicateDatabase) return false;
          throw error;
        }
      }),
  };
  return embedded;
}
