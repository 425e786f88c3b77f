import { cp, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildPanel } from './build-panel.ts';

/** A page of one line, built by the Vite of this checkout. */
let folder: string;
const said: string[] = [];
const say = (line: string) => void said.push(line);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mood-panel-'));
  const nodeModules = path.join(folder, 'node_modules/vite/bin');
  await mkdir(nodeModules, { recursive: true });
  await mkdir(path.join(folder, 'src'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(path.join(folder, 'node_modules/vite/package.json'), '{"type":"module"}');
  // Stands for the builder: it copies the page where it is told to, or fails.
  await writeFile(
    path.join(nodeModules, 'vite.js'),
    `import { cpSync, existsSync } from 'node:fs';
     if (existsSync('broken')) throw new Error('a mistake in the sources');
     cpSync('src', process.argv[process.argv.indexOf('--outDir') + 1], { recursive: true });`,
  );
  await writeFile(path.join(folder, 'src/index.html'), 'first');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = () => readFile(path.join(folder, 'dist/index.html'), 'utf8');
async function changeSource(words: string): Promise<void> {
  const source = path.join(folder, 'src/index.html');
  await writeFile(source, words);
  const later = new Date(Date.now() + 60_000);
  await utimes(source, later, later);
}

test('the panel is built when it is not there or its sources are newer, and not otherwise', async () => {
  await buildPanel(folder, say);
  expect([await page(), said.splice(0)]).toEqual(['first', ['building the panel']]);
  await buildPanel(folder, say);
  expect(said).toEqual([]);
  await changeSource('second');
  await buildPanel(folder, say);
  expect([await page(), said.splice(0)]).toEqual(['second', ['building the panel']]);
});

test('a build that fails is said, and the files of before stay', async () => {
  await changeSource('third');
  await cp(path.join(folder, 'src'), path.join(folder, 'broken'), { recursive: true });
  await buildPanel(folder, say);
  expect([await page(), said]).toEqual([
    'second',
    ['building the panel', expect.stringMatching(/^the panel could not be built: .*npm run panel:build says more$/s)],
  ]);
  // Nothing is left of it.
  expect([(await readdir(folder)).sort(), await readdir(path.join(folder, 'node_modules'))]).toEqual([
    ['broken', 'dist', 'node_modules', 'package.json', 'src'],
    ['vite'],
  ]);
});
