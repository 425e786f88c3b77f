import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { settingsTable } from '../support/settings-table.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The formatter aligns the columns of tables. */
const withoutPadding = (line: string) => line.replaceAll(/\s+/g, ' ').trim();

describe('the README', () => {
  test('lists every setting of the API and the worker, with its default and its meaning', async () => {
    const readme = await readFile(path.join(root, 'README.md'), 'utf8');
    const lines = readme.split('\n').map(withoutPadding);
    expect(lines).toEqual(expect.arrayContaining(settingsTable().map(withoutPadding)));
  });

  test('names only commands that exist', async () => {
    const readme = await readFile(path.join(root, 'README.md'), 'utf8');
    const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => name !== undefined && scripts[name] === undefined)).toEqual([]);
  });
});
