import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** @returns the path of a program, or undefined when this machine has none of that name. */
export function findCommand(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
