import path from 'node:path';
import { readCommandLine } from '@mood/runtime';
import { findCommand } from '@mood/testing/find-command';
import { attempt } from './command.ts';
import type { CommandOptions } from './command.ts';
import { hasApt, unpackPackages } from './debian-packages.ts';

const help = `npm run check:compose: has Docker Compose itself read docker-compose.yml, alone and with TLS at the proxy.

It needs no engine. Where "docker compose" is not installed, root on Debian gets a newer Debian's docker-compose, unpacked into
node_modules/.cache; the machine's own packages stay as they are.`;

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, 'node_modules/.cache/compose');
const combinations = [['docker-compose.yml'], ['docker-compose.yml', 'ops/docker/tls.compose.yml']];

type Compose = (args: readonly string[], options?: CommandOptions) => ReturnType<typeof attempt>;

/** @throws with what to do, where there is none. */
async function findCompose(): Promise<Compose> {
  if (findCommand('docker') !== undefined && (await attempt('docker', ['compose', 'version'])).code === 0)
    return (args, options) => attempt('docker', ['compose', ...args], options);
  if (!hasApt()) throw new Error('There is no Docker Compose: install it (2.26 or newer), or run this as root on Debian.');
  const unpacked = await unpackPackages(['docker-compose'], cache);
  return (args, options) => attempt(path.join(unpacked, 'usr/libexec/docker/cli-plugins/docker-compose'), args, options);
}

/** @returns what Compose refuses, by the files that it was given. */
async function findRefusals(compose: Compose): Promise<string[]> {
  // What somebody has set for themselves is not what is looked at.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(?:MOOD|COMPOSE)_/.test(key)));
  const refusals: string[] = [];
  for (const files of combinations) {
    const args = ['--project-directory', root, '--env-file', '/dev/null', ...files.flatMap((file) => ['--file', path.join(root, file)])];
    const { code, stderr } = await compose([...args, '--profile', '*', 'config', '--quiet'], { env, limitMs: 60_000 });
    // A warning is a variable without a value, or a word that means nothing any more.
    if (code !== 0 || stderr.trim() !== '') refusals.push(`${files.join(' + ')}: ${stderr.trim()}`);
  }
  return refusals;
}

readCommandLine(help, {});
try {
  const refusals = await findRefusals(await findCompose());
  for (const refusal of refusals) console.error(refusal);
  if (refusals.length > 0) process.exitCode = 1;
  else console.log('Docker Compose takes docker-compose.yml, alone and with TLS at the proxy.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
