import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import type { EmbeddedPostgres } from '@mood/embedded-postgres';
import { databaseUrl, openTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import type { OwnPostgres } from './own-postgres.ts';

/** A streaming replica of a test's own PostgreSQL. */
export interface Replica {
  readonly server: EmbeddedPostgres;
  readonly database: TestDatabase;
  /** From here on what the primary commits arrives, and is not seen, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  remove(): Promise<void>;
}

/** Copies the server's files while it is stopped, which takes a moment, and starts both. Nobody may need the primary meanwhile. */
export async function startReplica(primary: OwnPostgres): Promise<Replica> {
  const { port, username, password, pathname } = new URL(primary.database.url);
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-replica-'));
  await primary.server.stop();
  await cp(primary.folder, folder, { recursive: true, preserveTimestamps: true });
  await primary.server.start();
  await writeFile(path.join(folder, 'data', 'standby.signal'), '', { mode: 0o644 });
  const primary_conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password}`;
  // It asks for the next changes at once when it has none, and again after a tenth of a second when the primary is not there.
  const settings = { fsync: 'off', primary_conninfo, wal_retrieve_retry_interval: '100ms' };
  const server = createEmbeddedPostgres({ dataDir: folder, port: await freePort(), settings });
  await server.start();
  const database = openTestDatabase(databaseUrl(server.url('postgres'), pathname.slice(1)), async () => {});
  return {
    server,
    database,
    async pause() {
      await database.query('SELECT pg_wal_replay_pause()');
      // Asked for is not done: it finishes what it is at.
      for (;;) {
        const [row] = await database.query<{ state: string }>('SELECT pg_get_wal_replay_pause_state() AS state');
        if (row?.state === 'paused') return;
      }
    },
    async resume() {
      await database.query('SELECT pg_wal_replay_resume()');
    },
    async remove() {
      await database.drop();
      await server.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
