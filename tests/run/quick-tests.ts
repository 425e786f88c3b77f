import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** Whoever imports one of them starts processes, or talks to a database. */
const heavy = new Set(['node:child_process', 'node:worker_threads', 'pg', 'ioredis', '@mood/embedded-postgres']);
/** Types are gone when tests run. */
const types = /\b(?:import|export) type [^;]*;/g;
const imports = /\b(?:from|import|URL)\s*\(?\s*'([^']+)'/g;

/** @returns the file of ours that an import names: in the same package, or of @mood/testing. Undefined for what is a package's own affair. */
function fileOf(importer: string, name: string): string | undefined {
  if (name.startsWith('.')) return path.join(path.dirname(importer), name);
  const [, below] = /^@mood\/testing\/(.+)$/.exec(name) ?? [];
  return below === undefined ? undefined : path.join(root, 'libs/testing/src', `${below}.ts`);
}

const weighed = new Map<string, boolean>();

function isHeavy(file: string): boolean {
  const known = weighed.get(file);
  if (known !== undefined) return known;
  // What it imports may import it.
  weighed.set(file, false);
  if (!/\.(ts|js)$/.test(file)) return false;
  const names = Array.from(readFileSync(file, 'utf8').replaceAll(types, '').matchAll(imports), ([, name = '']) => name);
  const result = names.some((name) => {
    if (heavy.has(name)) return true;
    const imported = fileOf(file, name);
    return imported !== undefined && isHeavy(imported);
  });
  weighed.set(file, result);
  return result;
}

/** The test files that need no server, no database and no process, by what they import. @returns paths in the project. */
export function quickTests(): string[] {
  return globSync('{apps,libs,tests}/**/*.test.ts', { cwd: root, exclude: (name) => name === 'node_modules' }).filter(
    (file) => !isHeavy(path.join(root, file)),
  );
}
