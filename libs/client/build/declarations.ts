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
    for (const entry of entries) await copyWithImports({ from: path.join(emitted, 'libs/client/src'), to: folder, forms }, entry, copied);
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

/** Writes the type declarations of the badge, which is for browsers and so an ES module alone. @throws Error as `declareClient`. */
export async function declareBadge(folder: string): Promise<void> {
  const emitted = await mkdtemp(path.join(tmpdir(), 'mood-badge-types-'));
  try {
    const only = ['--noEmit', 'false', '--incremental', 'false', '--declaration', '--emitDeclarationOnly'];
    await run(process.execPath, [
      tsc,
      '-p',
      path.join(libs, 'badge'),
      ...only,
      '--outDir',
      emitted,
      '--rootDir',
      path.join(libs, 'badge/src'),
    ]);
    await copyWithImports({ from: emitted, to: folder, forms: [['d.ts', '.js']] }, 'badge', new Set());
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

/** How declarations end, and what their imports end with. */
const forms = [
  ['d.ts', '.js'],
  ['d.cts', '.cjs'],
] as const;

interface Copying {
  from: string;
  to: string;
  forms: readonly (readonly [end: string, imported: string])[];
}

/** Source names source; in a package the declarations stand beside what could be JavaScript. */
async function copyWithImports(copying: Copying, name: string, copied: Set<string>): Promise<void> {
  if (copied.has(name)) return;
  copied.add(name);
  const source = await readFile(path.join(copying.from, `${name}.d.ts`), 'utf8');
  const imports = [...source.matchAll(/(?<=\bfrom '|\bimport\('|\bimport ')[^']+/g)].map(([imported]) => imported);
  const strangers = imports.filter((imported) => !/^\.\/[\w-]+\.ts$/.test(imported));
  if (strangers.length > 0) throw new Error(`the declarations of ${name} speak of ${strangers.join(', ')}`);
  for (const [end, imported] of copying.forms) {
    await writeFile(path.join(copying.to, `${name}.${end}`), source.replaceAll(/(?<=\bfrom '\.\/[\w-]+)\.ts(?=')/g, imported));
  }
  for (const imported of imports) await copyWithImports(copying, imported.slice('./'.length, -'.ts'.length), copied);
}
