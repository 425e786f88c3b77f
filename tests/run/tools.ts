import { spawnSync } from 'node:child_process';
import { findCommand } from '@mood/testing/find-command';

interface Tool {
  command: string;
  /** Of Debian. */
  packageName: string;
  /** What is tested with it. */
  use: string;
}

/** What the tests need besides npm packages. */
const tools: readonly Tool[] = [
  { command: 'redis-server', packageName: 'redis-server', use: 'the system on Redis' },
  { command: 'haproxy', packageName: 'haproxy', use: 'the proxy of docker-compose.yml' },
  { command: 'pgbouncer', packageName: 'pgbouncer', use: 'the system behind a pooler of PostgreSQL' },
  { command: 'pg_ctlcluster', packageName: 'postgresql', use: 'what is said to a PostgreSQL that is too old' },
  { command: 'promtool', packageName: 'prometheus', use: 'the alert rules' },
  { command: 'openssl', packageName: 'openssl', use: 'TLS' },
  { command: 'curl', packageName: 'curl', use: 'the lines that are printed to be pasted' },
  { command: 'chromium', packageName: 'chromium', use: 'the pages, in a browser' },
];

const apt = (...options: string[]) =>
  spawnSync('apt-get', options, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Services that come with the packages are not to be started: the tests start their own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  }).status === 0;

/**
 * Installs what is missing, as root on Debian. Not for tests that were chosen and need none of it: nothing is installed in passing.
 * @throws Error that says how to install it oneself, on every other machine.
 */
export function provideTools(): void {
  const missing = tools.filter(({ command }) => findCommand(command) === undefined);
  if (missing.length === 0) return;
  const packages = missing.map(({ packageName }) => packageName);
  if (process.getuid?.() === 0 && findCommand('apt-get') !== undefined) {
    console.log(`installing ${packages.join(', ')} with apt-get …`);
    const install = () => apt('install', '--yes', '--no-install-recommends', ...packages);
    // The lists of packages of a fresh machine may be missing, or old.
    if (apt('update') && install()) return;
  }
  const lines = missing.map(({ command, packageName, use }) => `  ${command} (Debian package ${packageName}): ${use}`);
  const how = ['These programs are not on the PATH:', ...lines, `Install them: sudo apt-get install ${packages.join(' ')}`].join('\n');
  throw new Error(how);
}
