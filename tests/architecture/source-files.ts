import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SourceFile } from './check-imports.ts';
import { readImports } from './read-imports.ts';

/** Every file of code below a folder that git has or would take, and what it imports. */
export function readSourceFiles(root: string): SourceFile[] {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], options).split('\n');
  return listed
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && existsSync(path.join(root, file)))
    .map((file) => ({ file, imports: readImports(file, readFileSync(path.join(root, file), 'utf8')) }));
}

/** Which of our files each of our files leads to: by its path, or by the name of our package. */
export function importGraph(root: string, files: readonly SourceFile[]): Map<string, string[]> {
  const entries = entriesOfPackages(root);
  const fileOf = (from: string, specifier: string) =>
    specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : entries(specifier);
  return new Map(
    files.map(({ file, imports }) => [
      file,
      imports.flatMap(({ specifier }) => (specifier === null ? [] : (fileOf(file, specifier) ?? []))),
    ]),
  );
}

/** `@mood/queue/catalog` → `libs/queue/src/catalog.ts`, by the exports of our packages. */
function entriesOfPackages(root: string): (specifier: string) => string | undefined {
  const entries = globSync('{apps,libs}/*/package.json', { cwd: root }).flatMap((manifest) => {
    const { name, exports = {} } = JSON.parse(readFileSync(path.join(root, manifest), 'utf8'));
    return Object.entries<string>(exports).map(([entry, file]) => {
      const [before = '', after] = path.posix.join(name, entry).split('*');
      return { before, after, file: path.posix.join(path.posix.dirname(manifest), file) };
    });
  });
  return (specifier) => {
    for (const { before, after, file } of entries) {
      if (after === undefined && specifier === before) return file;
      if (after !== undefined && specifier.startsWith(before) && specifier.endsWith(after)) {
        return file.replace('*', specifier.slice(before.length, specifier.length - after.length));
      }
    }
    return undefined;
  };
}
