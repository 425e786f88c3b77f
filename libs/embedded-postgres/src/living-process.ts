import { readFile, stat } from 'node:fs/promises';
import { errorCode } from '@mood/runtime';
import { runProgram } from './run-program.ts';

/** Whether a process with this id exists, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** The start time of a process, which tells it from a later process with the same id. '' where the system does not tell. */
export async function beginningOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return (await ps(pid, 'lstart=')).trim().replaceAll(' ', '_');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? '' : `${boot.trim()}/${ticks}`;
}

/** Whether a process is the PostgreSQL server of this data directory, and not another one that got its id. */
export async function isServerOf(dataDir: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return (await ps(pid, 'command=')).includes('postgres');
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes('postgres')) return false;
  // The working directory of a server is its data directory, even if that was moved; not every system lets us look.
  const [place, wanted] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(dataDir)]).catch(() => []);
  if (place === undefined || wanted === undefined) return command.includes(dataDir);
  return place.dev === wanted.dev && place.ino === wanted.ino;
}

async function ps(pid: number, column: string): Promise<string> {
  const outcome = await runProgram('ps', ['-p', String(pid), '-o', column]).catch(() => undefined);
  return outcome?.code === 0 ? outcome.said : '';
}
