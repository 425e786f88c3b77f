import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireCommand } from './find-command.ts';
import { freePort } from './free-port.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** It stays, and does nothing, until it is resumed. */
  pause(): void;
  resume(): void;
  remove(): Promise<void>;
}

export interface RedisServerOptions {
  /**
   * Default `always`: every command is on disk before it is answered. `every-second`: a crash of the machine loses a second, as in
   * `docker-compose.yml`. `never`: a kill loses everything.
   */
  durability?: 'always' | 'every-second' | 'never';
  /** More of its command line. */
  settings?: readonly string[];
  /** What stands in its configuration file, which it may change: a sentinel has to have one. */
  configuration?: string;
}

const storing = {
  always: ['--appendonly', 'yes', '--appendfsync', 'always'],
  'every-second': ['--appendonly', 'yes', '--appendfsync', 'everysec'],
  never: ['--appendonly', 'no'],
} as const;

/** In characters: more than it says before it is ready. */
const maxKeptWords = 65_536;

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const server of living) server.kill('SIGKILL');
});

/** A Redis of a test's own, not yet started. @throws when this machine has no redis-server. */
export async function createRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { durability = 'always', settings = [], configuration } = options;
  const executable = requireCommand('redis-server');
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-redis-'));
  const port = await freePort();
  const file = path.join(folder, 'redis.conf');
  if (configuration !== undefined) await writeFile(file, configuration);
  const listening = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const commandLine =
    configuration === undefined
      ? [...listening, '--save', '', '--maxmemory-policy', 'noeviction', ...storing[durability], ...settings]
      : [file, ...listening, ...settings];
  let server: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async start() {
      const child = spawn(executable, commandLine, { stdio: ['ignore', 'pipe', 'pipe'] });
      server = child;
      living.add(child);
      child.once('exit', () => living.delete(child));
      let said = '';
      const ready = Promise.withResolvers<void>();
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (lines: string) => {
          // Once it is ready its words are read so that it can go on writing, and forgotten.
          if (said.length < maxKeptWords) said += lines;
          if (/Ready to accept connections|Sentinel ID is/.test(said)) ready.resolve();
        });
      }
      // After `close` nothing more is said. What it says of a configuration that it refuses is on standard error.
      child.once('close', (code, signal) => {
        ready.reject(new Error(`redis-server ended with ${code ?? signal} before it was ready:\n${said}`));
      });
      child.once('error', ready.reject);
      await ready.promise;
    },
    kill,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
