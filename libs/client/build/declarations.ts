import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { libs } from './manifests.ts';

const run = promisify(execFile);
const tsc = path.resolve(libs, '../node_modules/typescript/bin/tsc');

/**
 * Writes the type declarations of the client's entries, and no others: each once for ES modules and once for CommonJS.
 * @throws Error when they speak of a package: whoever installs the client would need its types, too.
 */
export async function declareClient(folder: string, entries: readonly string[]): Promise<void> {
  const emitted = await mkdtemp(path.join(tmpdir(), 'mood-client-types-'));
  try {
    await run(process.execPath, [tsc, '-p', path.join(import.meta.dirname, 'tsconfig.json'), '--outDir', emitted]);
    const copied = new Set<string>();
    for (const entry of entries) await copyWithImports(path.join(emitted, 'libs/client/src'), folder, entry, copied);
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

/** Source names source; in a package the declarations stand beside what could be JavaScript. */
async function copyWithImports(from: string, to: string, name: string, copied: Set<string>): Promise<void> {
  if (copied.has(name)) return;
  copied.add(name);
  const source = await readFile(path.join(from, `${name}.d.ts`), 'utf8');
  const imports = [...source.matchAll(/(?<=\bfrom '|\bimport\('|\bimport ')[^']+/g)].map(([imported]) => imported);
  const strangers = imports.filter((imported) => !/^\.\/[\w-]+\.ts$/.test(imported));
  if (strangers.length > 0) throw new Error(`the declarations of ${name} speak of ${strangers.join(', ')}`);
  for (const [end, imported] of [
    ['d.ts', '.js'],
    ['d.cts', '.cjs'],
  ] as const) {
    await writeFile(path.join(to, `${name}.${end}`), source.replaceAll(/(?<=\bfrom '\.\/[\w-]+)\.ts(?=')/g, imported));
  }
  for (const imported of imports) await copyWithImports(from, to, imported.slice('./'.length, -'.ts'.length), copied);
}
