import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Import } from './read-imports.ts';
import { allBuiltins, computedName, isTestCode, roomOf } from './room.ts';
import type { Room } from './room.ts';

/** A file, by its path from the root, and what it imports. */
export interface SourceFile {
  file: string;
  imports: readonly Import[];
}

/** What the allow list does not have, and what it has for nothing: one sentence each, with file and line. */
export function checkImports(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  const problems: string[] = [];
  const used = new Map<Room, Set<string>>(rooms.map((room) => [room, new Set()]));
  for (const { file, imports } of files) {
    const room = roomOf(file, rooms);
    if (room === undefined) {
      problems.push(`${file} stands in no room: give its folder a row in tests/architecture/rooms.ts.`);
      continue;
    }
    for (const one of imports) {
      const where = `${file}:${one.line} imports ${one.specifier === null ? 'a name that is computed' : `"${one.specifier}"`}`;
      const target = targetOf(file, one.specifier, rooms);
      if (target.file !== undefined && isTestCode(target.file) && !isTestCode(file)) {
        problems.push(`${where}: product code imports no test code.`);
      } else if (target.name !== room.room) {
        const list = isTestCode(file) ? [...room.imports, ...(room.inTests ?? [])] : room.imports;
        const entry = list.find((listed) => (target.file === undefined ? covers(listed, target.name) : listed === target.name));
        if (entry === undefined) problems.push(`${where}, which is not on the list of ${room.room}: ${room.why}`);
        else used.get(room)?.add(entry);
      }
    }
  }
  for (const [room, entries] of used) problems.push(...unusedIn(room, entries));
  return problems;
}

/** What an import is called in the allow list, and which of our files it is, if it is one by its path. */
function targetOf(file: string, specifier: string | null, rooms: readonly Room[]): { name: string; file?: string } {
  if (specifier === null) return { name: computedName };
  if (/^\.{1,2}(\/|$)/.test(specifier)) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    const room = target.includes('node_modules/') ? undefined : roomOf(target, rooms);
    return { name: room?.room ?? target, file: target };
  }
  if (isBuiltin(specifier)) return { name: specifier.startsWith('node:') ? specifier : `node:${specifier}` };
  return { name: specifier };
}

/** A name stands for its entries: `hono` for `hono/cookie`. Not so a builtin: `node:fs` is not `node:fs/promises`. */
function covers(listed: string, name: string): boolean {
  if (name.startsWith('node:')) return listed === name || listed === allBuiltins;
  return name === listed || name.startsWith(`${listed}/`);
}

function unusedIn({ room, imports, inTests = [] }: Room, used: ReadonlySet<string>): string[] {
  return [...imports, ...inTests]
    .filter((entry) => !used.has(entry))
    .map((entry) => `tests/architecture/rooms.ts: ${room} lists ${entry}, which none of its files imports.`);
}
