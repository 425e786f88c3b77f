import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '@mood/testing/free-port';
import { attempt, run } from './command.ts';
import type { CommandOptions, Finished } from './command.ts';
import type { Engine } from './engine.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What docker-compose.yml describes, made of a copy of this checkout, with secrets, ports and a network of its own. */
export interface Deployment {
  folder: string;
  engine: Engine;
  /** Of the proxy, as somebody on this host reaches it. */
  url: string;
  platformUrl: string;
  tlsPort: number;
  /** `docker` with these words. @throws when its exit code is not 0. */
  docker(args: readonly string[], options?: CommandOptions): Promise<string>;
  /** `docker compose` with these words, in its folder. */
  compose(args: readonly string[], options?: CommandOptions): Promise<string>;
  /** A command line, in its folder, as an operator would type it. */
  shell(line: string, options?: CommandOptions): Promise<Finished>;
  /** Ids of the containers of a service that run. */
  containersOf(service: string): Promise<string[]>;
  /** Sets variables of its file ".env". */
  set(variables: Record<string, string>): Promise<void>;
  remove(): Promise<void>;
}

/** @param network the first three numbers of its addresses. */
export async function createDeployment(engine: Engine, folder: string, name: string, network: string): Promise<Deployment> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // What git knows, as it is now, and what is new.
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0')) {
    if (!/^(?:apps|libs|ops|docs)\/|^[^/]+$/.test(file) || file === '') continue;
    await cp(path.join(root, file), path.join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      // Deleted, and not committed yet.
      if (error.code !== 'ENOENT') throw error;
    });
  }
  const [port, platformPort, tlsPort] = [await freePort(), await freePort(), await freePort()];
  const variables: Record<string, string> = {
    COMPOSE_PROJECT_NAME: name,
    MOOD_PORT: String(port),
    MOOD_SANDBOX_PORT: String(platformPort),
    MOOD_TLS_PORT: String(tlsPort),
    MOOD_NETWORK: network,
    MOOD_NETWORK_IPV6: `fd30:${network.split('.').at(-1)}`,
  };
  const env = Object.fromEntries(Object.entries(engine.env).filter(([key]) => !/^(?:MOOD|COMPOSE)_/.test(key)));
  const set = async (more: Record<string, string>) => {
    Object.assign(variables, more);
    const lines = Object.entries(variables).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(path.join(folder, '.env'), lines.join(''));
  };
  await set({});
  const here = { cwd: folder, env };
  await run(path.join(folder, 'ops/docker/make-secrets.sh'), [], here);
  const compose: Deployment['compose'] = (args, options) =>
    run('docker', ['compose', '--progress', 'plain', ...args], { ...here, ...options });

  return {
    folder,
    engine,
    url: `http://127.0.0.1:${port}`,
    platformUrl: `http://127.0.0.1:${platformPort}`,
    tlsPort,
    docker: (args, options) => run('docker', args, { ...here, ...options }),
    compose,
    shell: (line, options) => attempt('bash', ['-c', line], { ...here, ...options }),
    async containersOf(service) {
      return (await compose(['ps', '--quiet', service])).split('\n').filter((id) => id !== '');
    },
    set,
    async remove() {
      await compose(['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '10']);
    },
  };
}
