import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { metrics } from '@mood/domain';

const root = path.resolve(import.meta.dirname, '../..');
const documents = ['*.md', 'docs/*.md', 'libs/client/*.md'].flatMap((pattern) => globSync(pattern, { cwd: root }));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

describe('the documents', () => {
  test.each(documents)('%s: its links lead to files and headings that are there', (file) => {
    const links = [...textOf(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => {
      const [target = '', anchor] = link.split('#');
      const found = target === '' ? file : path.join(path.dirname(file), target);
      if (!existsSync(path.join(root, found))) return true;
      if (anchor === undefined) return false;
      return ![...textOf(found).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor);
    });
    expect(dead).toEqual([]);
  });

  test('are many, and the README leads to each', () => {
    expect(documents.length).toBeGreaterThan(14);
    const readme = textOf('README.md');
    const guides = documents.filter((file) => file !== 'README.md' && !file.startsWith('libs/'));
    expect(guides.filter((file) => !readme.includes(`(${file})`))).toEqual([]);
  });

  test.each(documents)('%s: names only commands that exist', (file) => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...textOf(file).matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('docs/analytics.md', () => {
  test('says of each metric what the API says', () => {
    const [, table = ''] = textOf('docs/analytics.md').split(/<!-- \/?metrics\b.*-->/);
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    expect(cells.map(([, ...row]) => row.slice(0, 4))).toEqual(
      metrics.map(({ name, unit, groups, definition }) => [name, unit, groups.join(', ') || '–', definition.replaceAll('`', '')]),
    );
  });
});

describe('docs/contract.md', () => {
  const rows = textOf('docs/contract.md')
    .split('\n')
    .filter((line) => /^\| [A-Z]+-\d+ /.test(line));
  const cellsOf = (row: string) => row.split('|').map((cell) => cell.trim());

  test('has every requirement once, in order', () => {
    const sizes = { FR: 15, SEC: 10, PERF: 7, INT: 5, TEST: 7, DOC: 6 };
    const all = Object.entries(sizes).flatMap(([kind, size]) => Array.from({ length: size }, (_, n) => `${kind}-${n + 1}`));
    expect(rows.map((row) => cellsOf(row)[1])).toEqual(all);
  });

  test.each(rows.map((row) => [cellsOf(row)[1], row] as const))('says where %s is met, by what is there', (_id, row) => {
    const named = [...(cellsOf(row)[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
