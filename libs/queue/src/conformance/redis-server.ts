import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';

/** A Redis of its own that writes every command to disk before it answers, as production has to. */
export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** @returns the path of redis-server, or undefined when this machine has none. */
export async function findRedisServer(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, 'redis-server');
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}

export async function createRedisServer(executable: string): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--maxmemory-policy', 'noeviction'];
  let server: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const child = spawn(executable, [...settings, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      server = child;
      for await (const lines of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
        if (String(lines).includes('Ready to accept connections')) break;
      }
      child.stdout.resume();
    },
    kill,
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
