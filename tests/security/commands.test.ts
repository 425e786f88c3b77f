import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileCache } from '@mood/testing/compile-cache';

const root = path.resolve(import.meta.dirname, '../..');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** Those that are programs of others, which have a help of their own. */
const foreign = new Set(['format:code', 'format:sql', 'verify:format', 'verify:sql', 'verify:lint', 'verify:types', 'verify:dead-code']);
const names = Object.keys(scripts).filter((name) => !foreign.has(name));

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mood-commands-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Runs what a script of package.json runs, without npm before it. */
function run(name: string, args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const words = (scripts[name] ?? '').split(' ');
  const command = words.slice(words.indexOf('node') + 1);
  const { PATH, HOME } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...command, ...args],
      { cwd: root, env: { PATH, HOME, ...compileCache, DATA_DIR: dataDir } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}
const stack = /^\s+at .*[:(]/m;

test('every script of ours is tried', () => {
  expect(names).toEqual(
    expect.arrayContaining(['start', 'demo', 'api', 'worker', 'migrate', 'templates', 'audit:verify', 'test', 'bench', 'client:pack']),
  );
  for (const name of names) expect(scripts[name]).toMatch(/(^| )node /);
});

describe.each(names)('npm run %s', (name) => {
  test.each(['--help', '-h'])('%s says what it does, and ends with 0', async (option) => {
    const { code, stdout, stderr } = await run(name, [option]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`npm (run )?${name.replace('test:faults', 'test')}`));
  });

  test.each([
    [['--foo'], /foo/],
    [['--no-such-option=1'], /such-?option/i],
  ])('%j is not understood: 2, and a line that names it', async (args, word) => {
    const { code, stdout, stderr } = await run(name, args);
    expect(code).toBe(2);
    expect(stderr.split('\n')[0]).toMatch(word);
    expect(stdout + stderr).not.toMatch(stack);
  });
});

test('asking for help writes nothing', () => {
  expect(existsSync(path.join(root, '--help'))).toBe(false);
});

test.each([['api'], ['worker'], ['migrate'], ['start'], ['demo'], ['audit:verify'], ['audit:rotate-keys'], ['audit:erase']])(
  'npm run %s takes no argument that it does not know',
  async (name) => {
    const { code, stderr } = await run(name, ['surplus']);
    expect([code, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining('surplus')]);
  },
);
