import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readRunFile } from '@mood/runtime';
import { eventually } from '@mood/testing/eventually';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mood-demo-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function startDemo(env: Record<string, string> = {}) {
  const { PATH, HOME } = process.env;
  const demo = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
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

  test('stops the system that it has started when it is stopped itself', async () => {
    const { demo, lines, ended } = startDemo();
    await eventually(async () => lines.some((line) => line.startsWith('  ')), Boolean, 60_000);
    demo.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(lines).not.toContain('Everything happened as it should.');
    expect(await readRunFile(dataDir)).toBeUndefined();
  });
});
