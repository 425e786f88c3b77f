import { once } from 'node:events';
import { readFile, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ifMissing } from './data-directory.ts';
import type { Place } from './data-directory.ts';
import { EmbeddedPostgresError, explainServer } from './errors.ts';
import { endServer } from './leftovers.ts';
import type { Programs } from './programs.ts';

const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // After each checkpoint every page that is changed is written as a whole first: most of what is written at rest. These binaries have no LZ4.
  wal_compression: 'pglz',
};

const maxLogBytes = 10_000_000;
/** The time limit of a start: recovery after a crash replays everything since the last checkpoint. */
const startSeconds = 120;
const attempts = 40;
const retryMs = 250;

export interface ServerOptions {
  /** The wanted port. Undefined: any free one. */
  fixedPort: number | undefined;
  /** Tried first. */
  lastPort: number | undefined;
  settings: Readonly<Record<string, string>>;
}

/** Starts the server of a data directory and waits until it answers. @returns its port. */
export async function startServer(place: Place, programs: Programs, options: ServerOptions): Promise<number> {
  const { fixedPort, lastPort } = options;
  const logBytes = (await stat(place.logFile).catch(ifMissing(undefined)))?.size ?? 0;
  if (logBytes > maxLogBytes) await truncate(place.logFile);
  let said = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = fixedPort ?? (attempt === 0 ? lastPort : undefined) ?? (await findFreePort());
    said = await tryStart(place, programs, port, options.settings);
    if (said === '') return port;
    if (/Address already in use|could not bind/i.test(said)) {
      if (fixedPort !== undefined) throw new EmbeddedPostgresError(`Port ${fixedPort}, wanted for the embedded database, is taken.`);
    } else if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/i.test(said)) {
      // The leftovers of a killed server take a moment to disappear.
      await pause(retryMs);
    } else break;
  }
  throw explainServer(said, place);
}

/** @returns '' when the server runs, else its output. */
async function tryStart(place: Place, programs: Programs, port: number, settings: ServerOptions['settings']): Promise<string> {
  const logged = async () => readFile(place.logFile, 'utf8').catch(ifMissing(''));
  const before = (await logged()).length;
  const flags = Object.entries({ ...defaultSettings, ...settings, port: String(port) }).map(
    ([name, value]) => `-c ${quote(`${name}=${value}`)}`,
  );
  const options = ['-w', '-t', String(startSeconds), '-s', '-l', place.logFile, '-o', flags.join(' ')];
  const { code, said } = await programs.pgCtl(['start', '-D', place.dataDir, ...options]);
  if (code === 0) return '';
  await endServer(place.dataDir, programs, 'immediate');
  const log = (await logged()).slice(before);
  return log.trim() === '' ? said || 'no reason given' : log;
}

/** Quotes an option: pg_ctl passes options through a shell. */
const quote = (text: string) => (process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`);

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new EmbeddedPostgresError('This machine has no free port');
  return address.port;
}
