import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '@mood/runtime';

const pollMs = 50;
const patienceMs = 5_000;

/** Whether a process is there, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Whether the process of this number is the PostgreSQL of that data directory: its number may be another's by now. */
async function isServerOf(dataDir: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  // A server works in its data directory; only Linux lets us look.
  if (process.platform !== 'linux') return true;
  const [place, wanted] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(dataDir)]).catch(() => []);
  return place !== undefined && place.ino === wanted?.ino && place.dev === wanted.dev;
}

/**
 * Ends every PostgreSQL whose data lies below a folder. They are the only processes that outlive the process group of a run: each is in a
 * session of its own, so that Ctrl-C does not reach it.
 */
export async function endServersBelow(folder: string): Promise<void> {
  const notes = globSync('**/postmaster.pid', { cwd: folder, exclude: (name) => name === 'node_modules' || name === 'base' });
  await Promise.all(notes.map((note) => endServer(path.dirname(path.join(folder, note)))));
}

async function endServer(dataDir: string): Promise<void> {
  const note = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(note.split('\n')[0]);
  if (!(pid > 0) || !(await isServerOf(dataDir, pid))) return;
  const deadline = Date.now() + patienceMs;
  // At once, its children first, as for a crash: nobody needs the data any more. One that is stopped goes on, to end.
  for (const name of ['SIGQUIT', 'SIGCONT'] as const) signal(pid, name);
  while (await isServerOf(dataDir, pid)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL');
    await pause(pollMs);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
