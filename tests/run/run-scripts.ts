import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { exitCodes } from '@mood/runtime';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs scripts of package.json one after the other, up to the first that fails. @returns the exit code: 0 when all went well, else 1. */
export function runScripts(names: readonly string[]): number {
  for (const name of names) {
    const { status } = spawnSync('npm', ['run', name], { cwd: root, stdio: 'inherit' });
    if (status !== 0) return exitCodes.failed;
  }
  return exitCodes.done;
}
