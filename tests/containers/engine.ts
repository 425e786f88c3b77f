import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '@mood/testing/eventually';
import { findCommand } from '@mood/testing/find-command';
import { attempt, run } from './command.ts';
import { hasApt, unpackPackages } from './debian-packages.ts';

export interface Engine {
  /** What `docker` is to be run with. */
  env: NodeJS.ProcessEnv;
  /** As it calls itself. */
  version: string;
  /** Whether this run made it, and may do with it what it likes. */
  isOwn: boolean;
  stop(): Promise<void>;
}

/** How to get an engine, for whoever has none. */
export const howToGetOne = `No Docker Engine answers, and none can be made here.

  On Debian:  run this as root; it installs what it needs (docker.io, runc, iptables, debootstrap), unpacks a newer Docker Compose into a
              folder of its own, and starts an engine for itself that it stops at the end.
  Elsewhere:  install Docker Engine 24 or newer with Docker Compose 2.26 or newer, start it, and see that "docker version" and
              "docker compose version" answer. DOCKER_HOST may name one on this machine.`;

const stopLimitMs = 40_000;

/** What the checks do besides: kill processes of containers, and be a client on another network. @throws with what is missing. */
export function requireRoot(): void {
  if (process.platform === 'linux' && process.getuid?.() === 0) return;
  throw new Error('Run this as root on Linux: it kills processes inside containers, and makes a network for a client from elsewhere.');
}

/** The engine that is there, or else one of our own, with its data in `folder`. @throws with `howToGetOne`. */
export async function findEngine(folder: string, say: (line: string) => void): Promise<Engine> {
  return (await findRunning()) ?? (await startOwn(folder, say));
}

async function findRunning(): Promise<Engine | undefined> {
  if (findCommand('docker') === undefined) return undefined;
  const [version, compose] = await Promise.all([
    attempt('docker', ['version', '--format', '{{.Server.Version}}']),
    attempt('docker', ['compose', 'version', '--short']),
  ]);
  if (version.code !== 0 || compose.code !== 0) return undefined;
  return { env: process.env, version: `${version.stdout.trim()}, Compose ${compose.stdout.trim()}`, isOwn: false, stop: async () => {} };
}

async function startOwn(folder: string, say: (line: string) => void): Promise<Engine> {
  if (!hasApt()) throw new Error(howToGetOne);
  const needed = { dockerd: 'docker.io', runc: 'runc', iptables: 'iptables', debootstrap: 'debootstrap', ip: 'iproute2', curl: 'curl' };
  const missing = Object.entries(needed).flatMap(([command, name]) => (findCommand(command) === undefined ? [name] : []));
  if (missing.length > 0) {
    say(`installing ${missing.join(', ')} with apt-get`);
    // The service that comes with the package is not to be started.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-qq', '--yes', '--no-install-recommends', ...missing], { env });
  }
  const plugins = path.join(folder, 'config/cli-plugins');
  const tools = await unpackPackages(['docker-compose', 'docker-buildx'], path.join(folder, 'tools'));
  await rm(plugins, { recursive: true, force: true });
  await mkdir(plugins, { recursive: true });
  const unpacked = path.join(tools, 'usr/libexec/docker/cli-plugins');
  for (const name of await readdir(unpacked)) await symlink(path.join(unpacked, name), path.join(plugins, name));

  const host = `unix://${folder}/docker.sock`;
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: path.join(folder, 'config') };
  const daemon = await startDaemon(folder, host);
  try {
    const version = await eventually(
      () => attempt('docker', ['version', '--format', '{{.Server.Version}}'], { env }),
      ({ code }) => code === 0 || daemon.exitCode !== null,
      60_000,
    );
    if (version.code !== 0) throw new Error(`dockerd ended with ${daemon.exitCode}: see ${folder}/dockerd.log`);
    const compose = await run('docker', ['compose', 'version', '--short'], { env });
    return { env, version: `${version.stdout.trim()}, Compose ${compose.trim()}`, isOwn: true, stop: () => stopDaemon(daemon) };
  } catch (error) {
    await stopDaemon(daemon);
    throw error;
  }
}

async function startDaemon(folder: string, host: string): Promise<ChildProcess> {
  const log = openSync(path.join(folder, 'dockerd.log'), 'a');
  const [, major = '0'] = /version (\d+)\./.exec(await run('dockerd', ['--version'])) ?? [];
  // Before 27 an engine has to be asked for IPv6 that keeps the client's address.
  const ipv6 = Number(major) < 27 ? ['--experimental', '--ip6tables'] : [];
  const places = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/run`, '--pidfile', `${folder}/dockerd.pid`, '--host', host];
  await rm(`${folder}/dockerd.pid`, { force: true });
  // What it mounts is nobody else's, and goes with it. In a group of its own, so that Ctrl-C does not end it before its containers.
  const args = ['--mount', '--propagation', 'private', 'dockerd', ...places, ...ipv6];
  return spawn('unshare', args, { stdio: ['ignore', log, log], detached: true });
}

async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  const timer = setTimeout(() => daemon.kill('SIGKILL'), stopLimitMs);
  await gone;
  clearTimeout(timer);
}
