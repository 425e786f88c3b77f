import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createEmbeddedPostgres } from './embedded-postgres.ts';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts';
import { EmbeddedPostgresError } from './errors.ts';

/** Closed to everybody but its owner, as a checkout below a home directory is. */
let folder: string;
let root: string;
/** Holds a database that was initialised once and stopped in order: initialising takes longer than all else here. */
let initialised: string;
const created: EmbeddedPostgres[] = [];

beforeAll(async () => {
  initialised = await mkdtemp(path.join(tmpdir(), 'mood-initialised-'));
  const postgres = createEmbeddedPostgres({ dataDir: initialised, settings: { fsync: 'off' } });
  await postgres.start();
  await postgres.stop();
});
afterAll(() => rm(initialised, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mood-embedded-'));
  root = path.join(folder, 'postgres');
});

afterEach(async () => {
  for (const postgres of created.splice(0)) await postgres.stop('immediate');
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

function create(options: Partial<EmbeddedPostgresOptions> = {}): EmbeddedPostgres {
  const postgres = createEmbeddedPostgres({ dataDir: root, settings: { fsync: 'off' }, ...options });
  created.push(postgres);
  return postgres;
}

/** For what is not about a first start. */
const copyInitialised = () => cp(initialised, root, { recursive: true, mode: constants.COPYFILE_FICLONE });

async function query(postgres: EmbeddedPostgres, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

const dataDir = () => path.join(root, 'data');
const serverPid = async () => Number((await readFile(path.join(dataDir(), 'postmaster.pid'), 'utf8')).split('\n')[0]);
const oneLine = (words: string) => expect.stringMatching(new RegExp(`^[^\\n]*${words}[^\\n]*$`));

/** Starts the database in another process, which is then killed: nobody is left to stop the server. */
async function startAndKillTheStarter(): Promise<number> {
  await copyInitialised();
  const script = `
    import { createEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
    const postgres = createEmbeddedPostgres({ dataDir: ${JSON.stringify(root)}, settings: { fsync: 'off' } });
    await postgres.start();
    await postgres.ensureDatabase('kept');
    console.log('started');
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(starter.stdout, 'data');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  return serverPid();
}

describe('starting and stopping', () => {
  test('a first start makes the database; a later one finds the same data and password', async () => {
    const steps: string[] = [];
    const first = create({ onProgress: (step) => steps.push(step) });
    await first.start();
    expect(steps).toEqual(['initialising the database (first start)', 'starting the database']);
    expect(await first.ensureDatabase('mood')).toBe(true);
    expect(await first.ensureDatabase('mood')).toBe(false);
    expect(await query(first, 'SHOW server_version_num')).toEqual([expect.stringMatching(/^18/)]);
    const before = new URL(first.url('mood'));
    await first.stop();
    expect(await first.isRunning()).toBe(false);

    const second = create();
    await second.start();
    expect(new URL(second.url('mood')).password).toBe(before.password);
    expect(await second.ensureDatabase('mood')).toBe(false);
    expect((await stat(path.join(root, 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir())).mode & 0o777).toBe(0o700);
  });

  test('it listens on the loopback address alone, asks for the password, and takes the settings that it is given', async () => {
    await copyInitialised();
    const postgres = create({ settings: { fsync: 'off', application_name: "it's two words" } });
    await postgres.start();
    expect(await query(postgres, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await query(postgres, 'SHOW unix_socket_directories')).toEqual(['']);
    expect(await query(postgres, 'SHOW max_connections')).toEqual(['200']);
    expect(await query(postgres, "SELECT boot_val || '/' || reset_val FROM pg_settings WHERE name = 'fsync'")).toEqual(['on/off']);
    const stranger = new URL(postgres.url('postgres'));
    stranger.password = 'guess';
    await expect(new Client({ connectionString: stranger.href }).connect()).rejects.toMatchObject({ code: '28P01' });
  });

  test('the server is in a session of its own, so that Ctrl-C does not reach it', async () => {
    await copyInitialised();
    const postgres = create();
    await postgres.start();
    if (process.platform !== 'linux') return;
    const [, , , , group, session] = (await readFile(`/proc/${await serverPid()}/stat`, 'utf8')).split(' ');
    expect([group, session]).toEqual([String(await serverPid()), String(await serverPid())]);
  });

  test('stopping twice, stopping what never ran, and stopping during the start are harmless', async () => {
    const postgres = create();
    await postgres.stop();
    const start = postgres.start();
    await postgres.stop();
    await start;
    await postgres.stop();
    expect(await postgres.isRunning()).toBe(false);
  });

  test('a server that was killed is started again on the same port with what was committed', async () => {
    await copyInitialised();
    const postgres = create({ settings: {} });
    await postgres.start();
    const { port } = postgres;
    await query(postgres, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await postgres.kill();
    expect(await postgres.isRunning()).toBe(false);
    await postgres.start();
    expect(postgres.port).toBe(port);
    expect(await query(postgres, 'SELECT answer FROM kept')).toEqual([42]);
  });
});

describe('healing what an earlier run left behind', () => {
  test('the server of a starter that was killed is replaced, and its data is there', async () => {
    const orphan = await startAndKillTheStarter();
    const steps: string[] = [];
    const postgres = create({ onProgress: (step) => steps.push(step) });
    await postgres.start();
    expect(steps).toContain('stopping the database that an earlier run left behind');
    expect(await serverPid()).not.toBe(orphan);
    expect(await postgres.ensureDatabase('kept')).toBe(false);
  });

  test('a server that hangs is killed and replaced', async () => {
    const orphan = await startAndKillTheStarter();
    process.kill(orphan, 'SIGSTOP');
    const postgres = create();
    await postgres.start();
    expect(await postgres.ensureDatabase('kept')).toBe(false);
  });

  test.each([
    ['of a process that is gone', () => 4_194_303],
    ['of a process that has got its number since', () => process.pid],
    ['that is empty', () => ''],
    ['that cannot be read', () => 'rubbish'],
  ])('a note %s does not hold up the start', async (_case, pid) => {
    await copyInitialised();
    const earlier = create();
    await earlier.start();
    const note = (await readFile(path.join(dataDir(), 'postmaster.pid'), 'utf8')).split('\n').slice(1);
    await earlier.stop();
    await writeFile(path.join(dataDir(), 'postmaster.pid'), pid() === '' ? '' : [pid(), ...note].join('\n'));
    const postgres = create();
    await postgres.start();
    expect(await query(postgres, 'SELECT 1')).toEqual([1]);
  });

  test("the server of another data directory is left alone, even when this one's note names it", async () => {
    await copyInitialised();
    const [ours, theirs] = [create(), create({ dataDir: path.join(folder, 'other') })];
    await ours.start();
    await theirs.start();
    const note = await readFile(path.join(folder, 'other/data/postmaster.pid'), 'utf8');
    await ours.stop();
    await writeFile(path.join(dataDir(), 'postmaster.pid'), note);
    await ours.start();
    expect(await theirs.isRunning()).toBe(true);
    expect(await query(theirs, 'SELECT 1')).toEqual([1]);
  });

  test('a half-made database is made anew', async () => {
    await mkdir(path.join(root, 'data.new/base'), { recursive: true });
    await writeFile(path.join(root, 'data.new/PG_VERSION'), '18\n');
    await writeFile(path.join(root, 'data.secret'), 'secret');
    await create().start();
    expect((await readdir(root)).sort()).toEqual(['data', 'lock', 'password']);
  });

  test('a password file that was lost is replaced, and the new password is in force', async () => {
    await copyInitialised();
    const earlier = create();
    await earlier.start();
    await earlier.ensureDatabase('kept');
    await earlier.stop();
    await rm(path.join(root, 'password'));
    const postgres = create();
    await postgres.start();
    expect(await postgres.ensureDatabase('kept')).toBe(false);
    expect(postgres.url('kept')).not.toBe(earlier.url('kept'));
  });

  test('a data directory that a copy has opened to everybody is closed again', async () => {
    await copyInitialised();
    const earlier = create();
    await earlier.start();
    await earlier.stop();
    await chmod(dataDir(), 0o755);
    await create().start();
    expect((await stat(dataDir())).mode & 0o777).toBe(0o700);
  });

  test('a port that somebody took meanwhile is replaced by a free one', async () => {
    await copyInitialised();
    const postgres = create();
    await postgres.start();
    const { port } = postgres;
    await postgres.stop();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    await postgres.start();
    expect(postgres.port).not.toBe(port);
    expect(await query(postgres, 'SELECT 1')).toEqual([1]);
    squatter.close();
  });

  test('a log that has grown large begins anew', async () => {
    await copyInitialised();
    const postgres = create();
    await postgres.start();
    await postgres.stop();
    await appendFile(path.join(dataDir(), 'server.log'), 'x'.repeat(10_000_001));
    await postgres.start();
    expect((await stat(path.join(dataDir(), 'server.log'))).size).toBeLessThan(100_000);
  });
});

describe('what cannot be healed is said in one line', () => {
  const refusal = (postgres: EmbeddedPostgres) =>
    postgres.start().then(
      () => 'it started',
      (error: unknown) => (error instanceof EmbeddedPostgresError ? error.message : error),
    );

  test('of several starts at once one takes over the lock of a dead process, and the others learn who has the directory', async () => {
    await copyInitialised();
    await writeFile(path.join(root, 'lock'), '4194303 long ago');
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => create().start()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.message] : []));
    expect(reasons).toEqual(Array(3).fill(oneLine(`already running \\(pid ${process.pid}\\).*DATA_DIR`)));
  });

  test('a wanted port that is taken', async () => {
    await copyInitialised();
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    expect(await refusal(create({ port }))).toEqual(oneLine(`Port ${port}.*taken`));
    squatter.close();
  });

  test('a data directory of another major version', async () => {
    await mkdir(dataDir(), { recursive: true });
    await writeFile(path.join(dataDir(), 'PG_VERSION'), '17\n');
    expect(await refusal(create())).toEqual(oneLine('made by PostgreSQL 17, and this is 18'));
  });

  test('a directory that holds something else, which is left as it is', async () => {
    await mkdir(dataDir(), { recursive: true });
    await writeFile(path.join(dataDir(), 'thesis.txt'), 'ten years of work');
    expect(await refusal(create())).toEqual(oneLine('holds files, but no PostgreSQL database'));
    expect(await readFile(path.join(dataDir(), 'thesis.txt'), 'utf8')).toBe('ten years of work');
  });

  test('a file where the directory should be', async () => {
    await writeFile(path.join(folder, 'file'), '');
    expect(await refusal(create({ dataDir: path.join(folder, 'file') }))).toEqual(oneLine('a file is in the way'));
    expect(await refusal(create({ dataDir: path.join(folder, 'file/postgres') }))).toEqual(oneLine('a file is in the way'));
  });

  test('a setting that the server refuses, in the words of the server', async () => {
    await copyInitialised();
    expect(await refusal(create({ settings: { max_connections: 'many' } }))).toEqual(oneLine('max_connections.*server.log'));
    await create().start();
  });
});
