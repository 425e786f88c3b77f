import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import { readRunFile } from '@mood/runtime';
import { compileCache } from '@mood/testing/compile-cache';
import { eventually } from '@mood/testing/eventually';
import { requireCommand } from '@mood/testing/find-command';
import { freePort } from '@mood/testing/free-port';
import { createPanelClient } from '@mood/testing/panel-client';

const start = path.join(import.meta.dirname, 'main.ts');
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mood-start-'));
});
const launched: ChildProcess[] = [];
afterAll(async () => {
  for (const launcher of launched) {
    if (launcher.kill('SIGTERM')) await once(launcher, 'exit');
  }
  await rm(dataDir, { recursive: true });
});

/** The launcher as `npm start` runs it, on ports that nobody uses. */
function launch(env: Record<string, string> = {}, args: string[] = []) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [start, ...args], {
    env: { PATH, HOME, ...compileCache, DATA_DIR: dataDir, PORT: '0', SANDBOX_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  launched.push(child);
  let output = '';
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('conversationId=demo')) resolve();
      });
    }
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const started = Promise.race([ready, ended.then(() => Promise.reject(new Error(output)))]);
  started.catch(() => {});
  return { child, output: () => output, ready: started, ended };
}

const answers = async (url: string) => (await fetch(url)).status;

describe('npm start', () => {
  test('runs everything, prints lines that work when pasted, and leaves nothing running after Ctrl-C', async () => {
    requireCommand('curl');
    const system = launch();
    await system.ready;
    expect(system.output()).toMatch(/Ready in \d+\.\d s\./);
    const run = await readRunFile(dataDir);
    expect(run?.pid).toBe(system.child.pid);
    expect(await answers(`${run?.apiUrl}/docs`)).toBe(200);
    expect(await answers(`${run?.apiUrl}/openapi.json`)).toBe(200);

    const lines = system.output().slice(system.output().indexOf('  API=http'));
    const { stdout } = await promisify(execFile)('sh', ['-c', lines]);
    const [terms, mood, seen, sent] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(terms.acceptedAt).toMatch(/Z$/);
    expect(mood).toMatchObject({ moodState: 'positive', customMessage: 'Feeling great today!' });
    expect(mood).toEqual(seen);
    // The lines wait for six seconds, which a busy machine may need more of.
    const lookAgain = `${lines.match(/^ +API=.*$/m)?.[0]}\n${lines.match(/curl [^;]*messages\?conversationId=demo"/)?.[0]}`;
    const messages = async () => JSON.parse((await promisify(execFile)('sh', ['-c', lookAgain])).stdout).messages;
    expect(await eventually(messages, ({ length }) => length > 1)).toEqual([
      sent,
      expect.objectContaining({ automated: true, recipientId: sent.senderId }),
    ]);

    const [, first] = system.output().split(/^Ready in .* s\.\n\n/m);
    expect(first?.startsWith(`  Panel      ${run?.apiUrl}/   (sign in as Sophia, a model, or as Robin, an administrator)\n`)).toBe(true);
    const robin = createPanelClient(run?.apiUrl ?? '');
    await robin.signIn('c0000000-0000-4000-8000-000000000001');
    expect((await robin.call('GET', '/ops/queues/api/queues')).status).toBe(200);
    expect(await (await robin.follow('/panel/')).answer.text()).toContain('<meta property="csp-nonce"');

    system.child.kill('SIGINT');
    expect(await system.ended).toBe(0);
    await expect(answers(`${run?.apiUrl}/openapi.json`)).rejects.toThrow();
    await expect(answers(`${run?.sandboxUrl}/health`)).rejects.toThrow();
    expect(await createEmbeddedPostgres({ dataDir: path.join(dataDir, 'postgres') }).isRunning()).toBe(false);
    expect((await readdir(dataDir)).sort()).toEqual(['audit-master-keys', 'logs', 'postgres', 'sandbox.json', 'session-keys']);
  });

  test('heals after it was killed; a second one on the same data is refused; what dies is said, and started again', async () => {
    const killed = launch();
    await killed.ready;
    killed.child.kill('SIGKILL');
    await killed.ended;

    const system = launch();
    await system.ready;
    const second = launch();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`already running (pid ${system.child.pid})`);
    expect((await readRunFile(dataDir))?.pid).toBe(system.child.pid);

    const run = await readRunFile(dataDir);
    for (const name of ['worker', 'api', 'sandbox']) {
      process.kill(await pidOf(name), 'SIGKILL');
      await said(system, `The ${name} is ready again.`);
      expect(system.output()).toMatch(
        new RegExp(`The ${name} stopped by itself: killed by SIGKILL\\. Its log: \\S+${name}\\.log\\. Starting it again in`),
      );
    }
    const postmaster = Number((await readFile(path.join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await said(system, 'The database is ready again.');
    expect(system.output()).toMatch(/The database stopped by itself\. Its log: \S+\. Starting it again in/);
    await eventually(
      async () => (await fetch(`${run?.apiUrl}/health`)).status,
      (status) => status === 200,
      20_000,
    );

    system.child.kill('SIGINT');
    expect(await system.ended).toBe(0);
    expect(await readRunFile(dataDir)).toBeUndefined();
  });

  test('gives API and worker a port each for operations, and prints them', async () => {
    const system = launch({ METRICS_PORT: String(await freePort()) });
    await system.ready;
    const [, api, worker] = /Metrics +(\S+)\/metrics \(API\), (\S+)\/metrics \(worker\)/.exec(system.output()) ?? [];
    expect(await (await fetch(`${api}/metrics`)).text()).toContain('mood_changes_total');
    expect(await (await fetch(`${worker}/metrics`)).text()).toContain('mood_worker_ready');
    system.child.kill('SIGINT');
    expect(await system.ended).toBe(0);
  });

  test('makes no new master key beside the database of an earlier run', async () => {
    const file = path.join(dataDir, 'audit-master-keys');
    const keys = await readFile(file, 'utf8');
    await rm(file);
    const system = launch();
    expect(await system.ended).toBe(1);
    expect(system.output()).toContain(`${file}, is not there. Put it back, or set AUDIT_MASTER_KEYS`);
    expect(existsSync(file)).toBe(false);
    await writeFile(file, keys);
  });

  test('is refused with another master key under the same id, which is named', async () => {
    const system = launch({ AUDIT_MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}` });
    expect(await system.ended).toBe(1);
    expect(system.output()).toContain('AUDIT_MASTER_KEYS holds another key under the id "k1"');
    const other = launch({ AUDIT_MASTER_KEYS: `k2:${randomBytes(32).toString('base64')}` });
    expect(await other.ended).toBe(1);
    expect(other.output()).toContain('AUDIT_MASTER_KEYS does not hold the key "k1"');
  });

  test('names a port that is taken and the variable that chooses another, before anything is started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const system = launch({ SANDBOX_PORT: String(port) });
    expect(await system.ended).toBe(1);
    expect(system.output()).toContain(`Port ${port}, wanted for the sandbox, is taken by another program. Choose another: SANDBOX_PORT=`);
    other.close();
  });

  test('says of a port that browsers refuse, and of one that is given twice, which setting to change', async () => {
    const refused = launch({ SANDBOX_PORT: '4190' });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(
      /Port 4190, wanted for the sandbox, is one that browsers refuse to call, .*\. Choose another: SANDBOX_PORT=\d+ npm start/,
    );
    const port = String(await freePort());
    const twice = launch({ PORT: port, SANDBOX_PORT: port });
    expect(await twice.ended).toBe(1);
    expect(twice.output()).toContain(`PORT and SANDBOX_PORT are both ${port}. Set one of them to another port.`);
  });

  test('says at once that a folder cannot be made, also where the system shows folders and makes none', async () => {
    const system = launch({ DATA_DIR: '/proc/mood-data' });
    expect(await system.ended).toBe(1);
    expect(system.output()).toMatch(
      /The folder \/proc\/mood-data cannot be made \(E\w+\)\. Make its parent writable, or set DATA_DIR to another folder\./,
    );
  });

  test('stops in order when Ctrl-C comes while it starts', async () => {
    const system = launch();
    await once(system.child.stdout, 'data');
    system.child.kill('SIGINT');
    expect(await system.ended).toBe(0);
    expect(system.output()).toMatch(/Stopped\.\n$/);
  });

  test('explains its settings', async () => {
    const help = launch({}, ['--help']);
    expect(await help.ended).toBe(0);
    for (const name of ['DATA_DIR', 'PORT', 'SANDBOX_PORT', 'METRICS_PORT', 'WORKER_METRICS_PORT', 'DATABASE_URL'])
      expect(help.output()).toContain(`  ${name} `);
    const wrong = launch({ PORT: 'http' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toMatch(/^PORT is "http": expected a port number/);
  });
});

/** The log of a process begins every line with the process that wrote it. */
async function pidOf(name: string): Promise<number> {
  const log = await readFile(path.join(dataDir, `logs/${name}.log`), 'utf8');
  const last: { pid: number } = JSON.parse(log.trim().split('\n').at(-1) ?? '');
  return last.pid;
}

const said = (system: { output: () => string }, words: string) =>
  eventually(
    async () => system.output(),
    (output) => output.includes(words),
    30_000,
  );
