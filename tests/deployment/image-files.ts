import { globSync, lstatSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  name: string;
  exports?: Record<string, string>;
}

/**
 * The files of our own that a process may load: those that its entry names, that these name, and so on. Names of files in quotes count,
 * however they are used: workers are started by them.
 * @param entries relative to `folder`, as is what is returned.
 */
export function filesReachedFrom(folder: string, entries: readonly string[]): ReadonlySet<string> {
  const exported = new Map<string, string>();
  for (const file of globSync('{apps,libs}/*/package.json', { cwd: folder })) {
    const { name, exports = {} }: Manifest = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    for (const [below, target] of Object.entries(exports))
      exported.set(path.posix.join(name, below), path.join(path.dirname(file), target));
  }
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || statSync(path.join(folder, file), { throwIfNoEntry: false })?.isFile() !== true) continue;
    reached.add(file);
    for (const [, named = ''] of readFileSync(path.join(folder, file), 'utf8').matchAll(/'((?:\.{1,2}\/|@mood\/)[\w./-]+)'/g)) {
      const target = named.startsWith('.') ? path.join(path.dirname(file), named) : fileOfExport(exported, named);
      if (target !== undefined) waiting.push(target);
    }
  }
  return reached;
}

/** By its name, or by a pattern such as `@mood/contract/*`. */
function fileOfExport(exported: ReadonlyMap<string, string>, named: string): string | undefined {
  for (const [name, target] of exported) {
    const [before = '', after] = name.split('*');
    if (after === undefined ? named === name : named.startsWith(before) && named.endsWith(after))
      return target.replace('*', named.slice(before.length, named.length - (after?.length ?? 0)));
  }
  return undefined;
}

/** Bytes of all files in it; links weigh nothing. */
export function bytesIn(folder: string): number {
  const files = globSync('**/*', { cwd: folder }).map((file) => lstatSync(path.join(folder, file)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
