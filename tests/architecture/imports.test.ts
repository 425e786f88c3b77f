import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkImports } from './check-imports.ts';
import { describeRooms } from './describe-rooms.ts';
import { findProblems } from './find-problems.ts';
import { readImports } from './read-imports.ts';
import type { Room } from './room.ts';
import { rooms } from './rooms.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What is said of one file that holds this code. Not what is listed and unused: one file uses little of a list. */
function problemsOf(file: string, code: string): string[] {
  return checkImports([{ file, imports: readImports(file, code) }], rooms).filter((problem) => !problem.startsWith('tests/architecture/'));
}

/** A file of product code in a room. */
const fileIn = (room: string) => (/\.[jt]s$/.test(room) ? room : `${room}/${room.split('/').length > 2 ? '' : 'src/'}planted.ts`);

describe('this house', () => {
  test('imports only what is listed, and goes in no circle', () => {
    const { problems, files } = findProblems(root, rooms);
    expect(problems).toEqual([]);
    expect(files).toBeGreaterThan(700);
  });

  test('shows its allow list in docs/architecture.md', () => {
    expect(readFileSync(path.join(root, 'docs/architecture.md'), 'utf8')).toContain(describeRooms(rooms));
  });
});

describe('a planted import', () => {
  const known = [...new Set(['better-sqlite3', 'node:vm', '@mood/api', ...rooms.flatMap(({ imports }) => imports)])];
  const packages = known.filter((name) => !/^(apps|libs|tests)(\/|$)|^\(|^package\.json$/.test(name));

  test.each(rooms.map((row) => [row.room, row] as const))('%s: whatever is not on its list is refused', (room, { imports }) => {
    const isListed = (name: string) =>
      imports.some((one) => one === name || name.startsWith(`${one}/`) || (one === 'node:*' && name.startsWith('node:')));
    const forbidden = packages.filter((name) => !isListed(name));
    expect(forbidden.length).toBeGreaterThan(0);
    for (const name of forbidden) {
      expect(problemsOf(fileIn(room), `import any from '${name}';`)).toEqual([
        expect.stringContaining(`imports "${name}", which is not on the list of ${room}: `),
      ]);
    }
  });

  test.each([
    ['a database driver in the cache', 'libs/cache/src/mood-cache.ts', 'pg'],
    ['the stores in the client that others install', 'libs/client/src/api.ts', '@mood/db'],
    ['the file system in the domain', 'libs/domain/src/moods/mood.ts', 'fs/promises'],
    ['an embedded database in the moderation', 'libs/moderation/src/content-policy.ts', '@mood/embedded-postgres'],
    ['test code in a lib', 'libs/db/src/migrate.ts', '../../../libs/testing/src/eventually.ts'],
    ['test code in a lib, by its name', 'libs/db/src/migrate.ts', '@mood/testing/eventually'],
    ['an app in the bench', 'bench/read.ts', '@mood/sandbox'],
    ['the mapper in an app', 'apps/api/src/moods/moods.routes.ts', '@mikro-orm/core'],
    ['an app in an app', 'apps/worker/src/main.ts', '../../api/src/settings.ts'],
    ['the inside of another lib', 'libs/cache/src/mood-cache.ts', '../../redis/src/script.ts'],
    ['HTTP in the domain', 'libs/domain/src/moods/mood.ts', 'hono'],
    ['business words in the runtime', 'libs/runtime/src/logger.ts', '@mood/domain'],
    ['a lib of the same storey', 'libs/queue/src/enqueue.ts', '@mood/cache'],
    ['the driver of Redis in the cache', 'libs/cache/src/mood-cache.ts', 'ioredis'],
    ['the domain in the platform that stands outside', 'apps/sandbox/src/platform/tokens.ts', '@mood/domain'],
    ['a fake of its own room in product code', 'libs/db/src/migrate.ts', './database.fixture.ts'],
    ['an installed package by its path', 'libs/cache/src/mood-cache.ts', '../node_modules/pg/lib/index.js'],
    ['a file outside of every room', 'apps/cli/src/migrate.ts', '../../../somewhere/else.ts'],
  ])('%s is refused', (_what, file, name) => {
    expect(problemsOf(file, `import { any } from '${name}';`)).toEqual([expect.stringContaining(`${file}:1 imports "${name}"`)]);
  });

  test.each([
    ['import of types', `import type { Pool } from 'pg';`],
    ['inline import of a type', `import { type Pool } from 'pg';`],
    ['import for its effects', `import 'pg';`],
    ['re-export', `export { Pool } from 'pg';`],
    ['re-export of everything', `export * from 'pg';`],
    ['import of a type in an expression', `let pool: import('pg').Pool;`],
    ['import at run time', `const { Pool } = await import('pg');`],
    ['import at run time by a template', 'const { Pool } = await import(`pg`);'],
    ['import of an entry', `import Pool from 'pg/lib/index.js';`],
    ['import with equals', `import pg = require('pg');`],
    ['require', `const { Pool } = require('pg');`],
    ['require.resolve', `const file = require.resolve('pg');`],
    ['a require of its own', `const load = createRequire(import.meta.url); load('pg');`],
    ['a require made and used at once', `createRequire(import.meta.url)('pg');`],
    ['import.meta.resolve', `const file = import.meta.resolve('pg');`],
  ])('by %s is refused', (_form, code) => {
    expect(problemsOf('libs/cache/src/planted.ts', `\n${code}`)).toEqual([
      expect.stringMatching(/^libs\/cache\/src\/planted\.ts:2 imports "pg/),
    ]);
  });

  test.each([
    ['a name that is computed', `await import(name);`, 'imports a name that is computed'],
    ['a builtin by the process', `process.getBuiltinModule('fs');`, 'imports "fs"'],
  ])('%s is refused', (_what, code, said) => {
    expect(problemsOf('libs/cache/src/planted.ts', code)).toEqual([expect.stringContaining(said)]);
  });

  test('is refused in tests too, which have a list of their own', () => {
    const code = `import { test } from '@jest/globals';\nimport { Pool } from 'pg';`;
    expect(problemsOf('libs/cache/src/planted.test.ts', code)).toEqual([expect.stringContaining('planted.test.ts:2 imports "pg"')]);
    expect(problemsOf('libs/cache/src/planted.ts', code)).toHaveLength(2);
  });
});

describe('a checkout', () => {
  /** Runs over real files, as git lists them. */
  function problemsIn(files: Record<string, string>, list: readonly Room[]): string[] {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'house-'));
    try {
      execFileSync('git', ['init', '--quiet'], { cwd: folder });
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
      return findProblems(folder, list).problems;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const hall: Room = { room: 'libs/hall', imports: ['zod'], why: 'Receives.' };
  const attic: Room = { room: 'libs/attic', imports: ['@mood/hall'], why: 'Keeps.' };

  test('with a circle of types is refused', () => {
    const files = {
      'libs/hall/src/a.ts': `import { z } from 'zod';\nimport type { B } from './b.ts';`,
      'libs/hall/src/b.ts': `export type B = import('./c.ts').C;`,
      'libs/hall/src/c.ts': `export type { A as C } from './a.ts';`,
    };
    const circle = 'Circle: libs/hall/src/a.ts → libs/hall/src/b.ts → libs/hall/src/c.ts → libs/hall/src/a.ts.';
    expect(problemsIn(files, [hall])).toEqual([circle]);
  });

  test('with a circle through packages is refused', () => {
    const files = {
      'libs/hall/package.json': JSON.stringify({ name: '@mood/hall', exports: { '.': './src/index.ts' } }),
      'libs/attic/package.json': JSON.stringify({ name: '@mood/attic', exports: { './stairs': './src/stairs.ts' } }),
      'libs/hall/src/index.ts': `import type { Stairs } from '@mood/attic/stairs';`,
      'libs/attic/src/stairs.ts': `import '@mood/hall';`,
    };
    expect(problemsIn(files, [{ ...hall, imports: ['@mood/attic/stairs'] }, attic])).toEqual([
      'Circle: libs/attic/src/stairs.ts → libs/hall/src/index.ts → libs/attic/src/stairs.ts.',
    ]);
  });

  test('with a file in no room, or a row that lists what nobody imports, is refused', () => {
    const files = { 'libs/hall/src/a.ts': '', 'libs/cellar/src/a.ts': '' };
    expect(problemsIn(files, [hall])).toEqual([
      'libs/cellar/src/a.ts stands in no room: give its folder a row in tests/architecture/rooms.ts.',
      'tests/architecture/rooms.ts: libs/hall lists zod, which none of its files imports.',
    ]);
  });

  test('with an entry listed has no other entry of that package', () => {
    const room: Room = { ...hall, imports: ['@mood/attic/stairs'] };
    const file = { file: 'libs/hall/src/a.ts', imports: readImports('a.ts', `import '@mood/attic/stairs'; import '@mood/attic';`) };
    expect(checkImports([file], [room])).toEqual([
      'libs/hall/src/a.ts:1 imports "@mood/attic", which is not on the list of libs/hall: Receives.',
    ]);
  });
});
