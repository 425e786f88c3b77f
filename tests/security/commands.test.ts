import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCommands } from '@mood/testing/commands';

const root = path.resolve(import.meta.dirname, '../..');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** Those that are programs of others, which have a help of their own. */
const foreign = new Set([
  'format:code',
  'format:sql',
  'verify:format',
  'verify:sql',
  'verify:lint',
  'verify:types',
  'verify:dead-code',
  'panel',
  'panel:build',
]);
const names = Object.keys(scripts).filter((name) => !foreign.has(name));

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mood-commands-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const commands = createCommands();
afterAll(() => commands.stop());

/** Runs what a script of package.json runs, without npm before it. */
function run(name: string, args: string[]) {
  const words = (scripts[name] ?? '').split(' ');
  return commands.run([...words.slice(words.indexOf('node') + 1), ...args], { DATA_DIR: dataDir });
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
    const { code, out, err } = await run(name, [option]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`npm (run )?${name.replace('test:faults', 'test')}`));
  });

  test.each([
    [['--foo'], /foo/],
    [['--no-such-option=1'], /such-?option/i],
  ])('%j is not understood: 2, and a line that names it', async (args, word) => {
    const { code, out, err } = await run(name, args);
    expect(code).toBe(2);
    expect(err.split('\n')[0]).toMatch(word);
    expect(out + err).not.toMatch(stack);
  });
});

test('asking for help writes nothing', () => {
  expect(existsSync(path.join(root, '--help'))).toBe(false);
});

test.each([['api'], ['worker'], ['migrate'], ['start'], ['demo'], ['audit:verify'], ['audit:rotate-keys'], ['audit:erase']])(
  'npm run %s takes no argument that it does not know',
  async (name) => {
    const { code, err } = await run(name, ['surplus']);
    expect([code, err.split('\n')[0]]).toEqual([2, expect.stringContaining('surplus')]);
  },
);
