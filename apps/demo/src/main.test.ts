import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readRunFile, writeRunFile } from '@mood/runtime';
import { eventually } from '@mood/testing/eventually';
import { startTinyServer } from '@mood/testing/tiny-server';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mood-demo-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function startDemo(env: Record<string, string> = {}, options: readonly string[] = []) {
  const { PATH, HOME } = process.env;
  const demo = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...options], {
    env: { PATH, HOME, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [demo.stdout, demo.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  return { demo, lines, ended: once(demo, 'close') };
}

describe('npm run demo', () => {
  // Not how punctual the system is: that is up to the machine.
  test('starts a system where none runs, plays the use cases on it, and leaves nothing running', async () => {
    const { lines, ended } = startDemo();
    await ended;
    expect(lines[0]).toBe('No system is running: starting one for the demo.');
    expect(lines).toContain('  starting the API and the worker');
    expect(lines.join('\n')).not.toContain('curl');
    expect(lines.filter((line) => line.startsWith('  • '))).not.toEqual([]);
    expect(lines.at(-1)).toMatch(/^(Everything happened as it should\.|✗ Expected: .*)$/);
    expect(await readRunFile(dataDir)).toBeUndefined();
  });

  test('says what the launcher says when the system cannot be started', async () => {
    const { lines, ended } = startDemo({ DATABASE_URL: 'here' });
    expect(await ended).toEqual([1, null]);
    expect(lines.at(-1)).toMatch(/^✗ DATABASE_URL is/);
  });

  test('--show says which two pages of the running system to lay side by side, and plays nothing', async () => {
    const sandbox = await startTinyServer();
    const [sophia, john] = [
      { id: 'a1', displayName: 'Sophia' },
      { id: 'b1', displayName: 'John' },
    ];
    sandbox.answer((response) => response.end(JSON.stringify({ performers: [sophia], users: [john] })));
    const apiUrl = 'http://127.0.0.1:3000';
    const places = { apiUrl, sandboxUrl: sandbox.url, databaseUrl: 'postgres://db/mood', logFolder: dataDir };
    await writeRunFile(dataDir, { pid: process.pid, startedAt: new Date().toISOString(), ...places });
    const { lines, ended } = startDemo({}, ['--show']);
    expect(await ended).toEqual([0, null]);
    await sandbox.close();
    expect(lines.flatMap((line) => /^ {2}(.*), a (?:model|user) +(http\S+)$/.exec(line)?.slice(1) ?? [])).toEqual([
      'Sophia',
      `${apiUrl}/panel/`,
      'John',
      `${sandbox.url}/?user=b1&model=a1`,
    ]);
    expect(sandbox.seen).toMatchObject([{ method: 'GET', url: '/sandbox/directory?limit=1' }]);
  });

  test('stops the system that it has started when it is stopped itself', async () => {
    const { demo, lines, ended } = startDemo();
    await eventually(async () => lines.some((line) => line.startsWith('  ')), Boolean, 60_000);
    demo.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(lines).not.toContain('Everything happened as it should.');
    expect(await readRunFile(dataDir)).toBeUndefined();
  });
});
