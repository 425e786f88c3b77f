import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { builtPanel } from './built-panel.ts';

/** kB of script, compressed by gzip, that a page may ask for altogether: the shell, the page, and what they share. */
const budgets: Readonly<Record<string, number>> = { 'the shell': 90, 'mood-page': 170, 'template-page': 290, 'overview-page': 200 };
const pages = Object.keys(budgets).filter((name) => name !== 'the shell');

let sources: Map<string, string>;
let shell: string;
beforeAll(async () => {
  const built = await builtPanel();
  const folder = path.join(built, 'assets');
  shell = /assets\/([^"]+\.js)/.exec(await readFile(path.join(built, 'index.html'), 'utf8'))?.[1] ?? '';
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  sources = new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const)));
});

/** Those that a file imports, with all that they import: not those that it only loads later. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, imported = ''] of (sources.get(name) ?? '').matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(imported, seen);
  return seen;
}
const fileOfPage = (name: string) => [...sources.keys()].find((file) => file.startsWith(`${name}-`)) ?? '';
const kilobytes = (names: Iterable<string>) =>
  [...names].reduce((sum, name) => sum + gzipSync(sources.get(name) ?? '', { level: 9 }).length, 0) / 1_000;

test('the shell is light', () => {
  expect(kilobytes(withImports(shell))).toBeGreaterThan(10);
  expect(kilobytes(withImports(shell))).toBeLessThanOrEqual(budgets['the shell'] ?? 0);
});

test.each(pages.map((page) => [page]))('%s asks for no more than it may', (page) => {
  const asked = kilobytes(withImports(fileOfPage(page), withImports(shell)));
  expect(fileOfPage(page)).not.toBe('');
  expect(asked).toBeGreaterThan(kilobytes(withImports(shell)));
  expect(asked).toBeLessThanOrEqual(budgets[page] ?? 0);
});
