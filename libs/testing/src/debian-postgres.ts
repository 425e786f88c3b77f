import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { unprivileged } from './unprivileged.ts';

export interface DebianPostgres {
  /** As the server counts, for example "15.18". */
  readonly version: string;
  readonly url: string;
  stop(): Promise<void>;
}

const programs = '/usr/lib/postgresql';

/** A server of a release that is older than this system needs: the one that Debian has. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const release = readdirSync(programs).find((name) => Number(name) < 18);
  if (release === undefined) throw new Error(`There is no PostgreSQL before 18 in ${programs}. Install it (Debian package postgresql).`);
  const bin = (name: string) => path.join(programs, release, 'bin', name);
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-old-postgres-'));
  chmodSync(folder, 0o700);
  const port = await freePort();
  const as = unprivileged(folder);
  const data = path.join(folder, 'data');
  execFileSync(bin('initdb'), ['--pgdata', data, '--username', 'owner', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8'], {
    ...as,
    stdio: 'ignore',
  });
  const flags = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
  const server = spawn(bin('postgres'), flags, { ...as, cwd: folder, stdio: 'ignore' });
  const url = `postgres://owner@127.0.0.1:${port}/postgres`;

  const version = await eventually(
    async () => {
      const client = new Client({ connectionString: url });
      client.on('error', () => {});
      try {
        await client.connect();
        const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
        return rows[0]?.server_version.split(' ')[0] ?? '';
      } catch {
        return '';
      } finally {
        await client.end().catch(() => {});
      }
    },
    (found) => found !== '',
    20_000,
  );
  return {
    version,
    url,
    async stop() {
      if (server.exitCode === null && server.kill('SIGQUIT')) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
