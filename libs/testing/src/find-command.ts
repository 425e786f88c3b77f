import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** @returns the path of a program, or undefined when this machine has none of that name. */
export function findCommand(name: string): string | undefined {
  // Servers are where not everybody's PATH leads.
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin'];
  const candidates = folders.map((folder) => path.join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** As `findCommand`. @throws Error that says which Debian package has it. */
export function requireCommand(name: string, packageName = name): string {
  const found = findCommand(name);
  if (found === undefined) throw new Error(`There is no ${name} on the PATH. Install it (Debian package ${packageName}).`);
  return found;
}
