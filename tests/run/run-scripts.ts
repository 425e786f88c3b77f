import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { exitCodes } from '@mood/runtime';
import { runInLanes } from './run-in-lanes.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs a script of package.json, and prints what it wrote when it has ended. @returns whether it went well. */
async function runScript(name: string): Promise<boolean> {
  const began = performance.now();
  // As "npm run" does, without half a second of npm itself. Both streams are one, so that what was written stays in its order.
  const words = 'exec "$0" --run "$1" 2>&1';
  const child = spawn('sh', ['-c', words, process.execPath, name], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? exitCodes.failed));
  });
  const [output, code] = await Promise.all([text(child.stdout), ended]);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  process.stdout.write(`\n${name}: ${code === 0 ? 'all is well' : 'failed'}, ${seconds} s\n${output}`);
  return code === 0;
}

/**
 * Runs scripts of package.json that do not disturb each other, one for each processor at a time. After the first that fails none is begun
 * any more.
 * @returns the exit code: 0 when all went well, else 1.
 */
export async function runScripts(names: readonly string[]): Promise<number> {
  return (await runInLanes(names, availableParallelism(), runScript)) ? exitCodes.done : exitCodes.failed;
}
