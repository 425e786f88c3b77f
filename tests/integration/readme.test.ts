import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { readSettings, SettingsError } from '@mood/runtime';
import type { Setting } from '@mood/runtime';
import { apiSettings } from '../../apps/api/src/settings.ts';
import { workerSettings } from '../../apps/worker/src/settings.ts';
import { exampleEnvironment, settingsTable } from '../settings/settings-table.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The formatter aligns the columns of tables. */
const withoutPadding = (line: string) => line.replaceAll(/\s+/g, ' ').trim();

const rowsOf = (text: string) =>
  text
    .split('\n')
    .map(withoutPadding)
    .filter((line) => /^\| `[A-Z_]+` \|/.test(line));

describe('the settings', () => {
  test('are all in docs/settings.md, with their defaults and their meaning, and no others (npm run docs:settings)', async () => {
    const guide = await readFile(path.join(root, 'docs/settings.md'), 'utf8');
    expect(rowsOf(guide)).toEqual(settingsTable().map(withoutPadding));
  });

  test('are all in .env.example, and no others (npm run docs:settings)', async () => {
    expect(await readFile(path.join(root, '.env.example'), 'utf8')).toBe(exampleEnvironment());
  });

  test('that are required make a start complain when .env.example is used as it is, and nothing else does', async () => {
    const env = parseEnv(await readFile(path.join(root, '.env.example'), 'utf8'));
    const required = settingsTable().filter((row) => row.includes('**required**'));
    expect(Object.keys(env)).toHaveLength(required.length);
    const complaints = [apiSettings, workerSettings].flatMap((settings) => complaintsOf(settings, env));
    expect(complaints.length).toBeGreaterThan(5);
    expect(complaints.filter((line) => !line.includes(' is not set: '))).toEqual([]);
    const named = new Set(complaints.map((line) => line.split(' ')[0]));
    expect(named).toEqual(new Set(Object.keys(env)));
  });
});

function complaintsOf(settings: Record<string, Setting>, env: Record<string, string | undefined>): string[] {
  try {
    readSettings(settings, env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
}

describe('the README', () => {
  test('has every setting that is required, and says of each what the settings themselves say', async () => {
    const rows = rowsOf(await readFile(path.join(root, 'README.md'), 'utf8'));
    const known = settingsTable().map(withoutPadding);
    expect(rows.filter((row) => !known.includes(row))).toEqual([]);
    expect(known.filter((row) => row.includes('**required**') && !rows.includes(row))).toEqual([]);
  });

  test('names only commands that exist', async () => {
    const readme = await readFile(path.join(root, 'README.md'), 'utf8');
    const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => name !== undefined && scripts[name] === undefined)).toEqual([]);
  });
});
