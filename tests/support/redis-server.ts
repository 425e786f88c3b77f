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
      const child = spawn(executable, commandLine, { stdio: ['ignore', 'pipe', 'inherit'] });
      server = child;
      living.add(child);
      child.once('exit', () => living.delete(child));
      let said = '';
      for await (const lines of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
        said += String(lines);
        if (/Ready to accept connections|Sentinel ID is/.test(said)) break;
      }
      child.stdout.resume();
      if (child.exitCode !== null) throw new Error(`redis-server ended before it was ready:\n${said}`);
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
