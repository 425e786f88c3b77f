import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { eventually } from './eventually.ts';
import { requireCommand } from './find-command.ts';
import { freePort } from './free-port.ts';
import { unprivileged } from './unprivileged.ts';

export type PoolMode = 'session' | 'transaction' | 'statement';

export interface PgBouncer {
  /** The URL of the same database and login through the pooler, whose server connections it hands out in this way. */
  url(databaseUrl: string, mode: PoolMode): string;
  stop(): Promise<void>;
}

/** Debian's pgbouncer before a server, with its own defaults but for the number of connections. @param urls of the logins that may use it. */
export async function startPgBouncer(urls: readonly string[]): Promise<PgBouncer> {
  const program = requireCommand('pgbouncer');
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-pgbouncer-'));
  const port = await freePort();
  const [first] = urls.map((url) => new URL(url));
  if (first === undefined) throw new Error('no login for the pooler');
  const database = first.pathname.slice(1);
  const modes: PoolMode[] = ['session', 'transaction', 'statement'];
  const users = path.join(folder, 'users.txt');
  await writeFile(
    users,
    urls
      .map((url) => new URL(url))
      .map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`)
      .join(''),
    { mode: 0o644 },
  );
  const configuration = path.join(folder, 'pgbouncer.ini');
  await writeFile(
    configuration,
    [
      '[databases]',
      ...modes.map((mode) => `${mode} = host=127.0.0.1 port=${first.port} dbname=${database} pool_mode=${mode}`),
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      'default_pool_size = 60',
    ].join('\n'),
    { mode: 0o644 },
  );
  const child = spawn(program, ['--quiet', configuration], { ...unprivileged(folder), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const url = (databaseUrl: string, mode: PoolMode) => {
    const through = new URL(databaseUrl);
    through.port = String(port);
    through.pathname = `/${mode}`;
    return through.href;
  };

  async function answers(): Promise<boolean> {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
    const client = new Client({ connectionString: url(first?.href ?? '', 'session') });
    client.on('error', () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
  await eventually(answers, (yes) => yes, 20_000);

  return {
    url,
    async stop() {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
