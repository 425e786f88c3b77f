import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startChild } from './child.ts';
import { createChildProcesses } from './child-processes.ts';
import type { ChildProcesses } from './child-processes.ts';

const entry = path.join(import.meta.dirname, 'fixtures/child.ts');
let logFolder: string;
let children: ChildProcesses;
let told: string[];

beforeEach(async () => {
  logFolder = await mkdtemp(path.join(tmpdir(), 'mood-children-'));
  told = [];
  children = createChildProcesses({ logFolder, say: (line) => told.push(line), patienceMs: 2_000 });
});
afterEach(async () => {
  children.kill();
  await children.stop();
  await rm(logFolder, { recursive: true });
});

const member = (name: string, behaviour: string) => ({
  name,
  entry,
  env: { PATH: process.env['PATH'], BEHAVIOUR: behaviour, NOTE: name },
});
const logOf = (name: string) => readFile(path.join(logFolder, `${name}.log`), 'utf8');

describe('child processes', () => {
  test('is ready when each of its processes says so, and stops them the last group first', async () => {
    await children.start(member('sandbox', 'well'));
    await children.start(member('api', 'well'), member('worker', 'well'));
    expect(await children.stop()).toEqual([]);
    for (const name of ['sandbox', 'api', 'worker']) expect(await logOf(name)).toContain(`stopped after ${name}`);
  });

  test('kills what does not stop in time, and says so; stopping twice is harmless', async () => {
    await children.start(member('api', 'well'), member('worker', 'stubborn'));
    expect(await children.stop()).toEqual(['worker']);
    expect(await children.stop()).toEqual(['worker']);
  });

  test('starts nothing more once it was told to stop', async () => {
    await children.stop();
    await children.start(member('api', 'well'));
    await expect(logOf('api')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([
    ['refuses', 'The api did not start: exit code 1: the port 1 is taken. Its log: '],
    ['crashes', 'The api did not start: exit code 1: TypeError: this is not a function. Its log: '],
    ['misconfigured', 'The api did not start: exit code 1: AUTH_ISSUER is not set: expected the issuer.'],
  ])('whose process %s does not start, and tells why in one line', async (behaviour, words) => {
    const failure = await children.start(member('sandbox', 'well'), member('api', behaviour)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'LaunchError', message: expect.stringContaining(words) });
    expect(String(failure)).not.toContain('\n');
    expect(String(failure)).toContain(path.join(logFolder, 'api.log'));
  });

  test('starts a process again that stops by itself, and says so and why, less and less often while it keeps failing', async () => {
    await children.start(member('sandbox', 'well'));
    await children.start(member('worker', 'breaks later'));
    await eventually(
      async () => told.filter((line) => line.startsWith('The worker stopped by itself')),
      (lines) => lines.length === 3,
      30_000,
    );
    expect(told.slice(0, 3)).toEqual([
      expect.stringMatching(
        /^The worker stopped by itself: exit code 3: the database is gone\. Its log: \S+\. Starting it again in 0\.5 s\.$/,
      ),
      'The worker is ready again.',
      expect.stringMatching(/^The worker stopped by itself, 2 times in a row: .* Starting it again in 1 s\.$/),
    ]);
    expect(await children.stop()).toEqual([]);
  });

  test('starts nothing again that it has stopped itself', async () => {
    await children.start(member('api', 'well'));
    await children.stop();
    expect(told).toEqual([]);
  });

  test('starts nothing again when it is stopped while it waits to do so', async () => {
    await children.start(member('worker', 'breaks later'));
    await eventually(
      async () => told,
      (lines) => lines.length === 1,
      30_000,
    );
    expect(await children.stop()).toEqual([]);
    const said = await logOf('worker');
    // Longer than the half second that it had announced: a process that announces the same later is there again.
    const toldOfOther: string[] = [];
    const other = createChildProcesses({ logFolder, say: (line) => toldOfOther.push(line), patienceMs: 2_000 });
    try {
      await other.start(member('api', 'breaks later'));
      await eventually(
        async () => toldOfOther,
        (lines) => lines.includes('The api is ready again.'),
        30_000,
      );
      expect(toldOfOther[0]).toMatch(/Starting it again in 0\.5 s\.$/);
    } finally {
      other.kill();
    }
    expect(told).toEqual([expect.stringMatching(/Starting it again in 0\.5 s\.$/)]);
    expect(await logOf('worker')).toBe(said);
  });
});

describe('a child', () => {
  test('that takes long is told of, with its log, and waited for', async () => {
    const lines: string[] = [];
    const child = startChild({ ...member('api', 'ready when asked'), logFolder, slowAfterMs: 20, onSlow: (line) => lines.push(line) });
    await eventually(
      async () => [...lines, await logOf('api')],
      (said) => said.length === 2 && said[1]?.includes('waiting to be asked') === true,
      30_000,
    );
    expect(lines).toEqual([`the api is not ready after 0.02 s, still waiting. Its log: ${child.logFile}`]);
    process.kill(child.pid ?? 0, 'SIGUSR2');
    await child.ready;
    child.kill();
  });

  test('that does not become ready in time is given up', async () => {
    const child = startChild({ ...member('worker', 'slow'), logFolder, readyWithinMs: 200 });
    await expect(child.ready).rejects.toMatchObject({ message: expect.stringContaining('The worker was not ready within 0.2 s.') });
    child.kill();
    expect(await child.ended).toContain('killed by SIGKILL');
  });

  test('tells why it ended from its own lines, not from those of an earlier run', async () => {
    await writeFile(path.join(logFolder, 'worker.log'), `${JSON.stringify({ level: 'fatal', msg: 'an old story' })}\n`);
    const child = startChild({ ...member('worker', 'well'), logFolder });
    await child.ready;
    child.kill();
    expect(await child.ended).toBe(`killed by SIGKILL. Its log: ${child.logFile}`);
    expect(await logOf('worker')).toContain('an old story');
  });

  test('whose log has grown large begins a new one and keeps the old', async () => {
    await writeFile(path.join(logFolder, 'api.log'), 'x'.repeat(20_000_001));
    await children.start(member('api', 'well'));
    await children.stop();
    expect((await logOf('api')).length).toBeLessThan(1000);
    expect((await readFile(path.join(logFolder, 'api.log.1'))).length).toBe(20_000_001);
  });

  test('is out of reach of the Ctrl-C that the terminal sends to the launcher', async () => {
    const child = startChild({ ...member('api', 'well'), logFolder });
    await child.ready;
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
      expect(stat.split(' ')[4]).toBe(String(child.pid));
    }
    expect(await child.stop(5_000)).toBe('stopped');
  });

  test('stops when the launcher is killed, and its log tells why', async () => {
    const script = path.join(logFolder, 'launcher.ts');
    await writeFile(
      script,
      `import { startChild } from ${JSON.stringify(path.join(import.meta.dirname, 'child.ts'))};
       const child = startChild(${JSON.stringify({ ...member('api', 'well'), logFolder })});
       await child.ready;
       process.send({ pid: child.pid });`,
    );
    const launcher = fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [{ pid }] = await once(launcher, 'message');
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    await gone(pid);
    expect(await logOf('api')).toContain('parent process is gone');
  });
});

/** Nothing signals the end of a process that is not our child. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
