import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ifMissing } from './data-directory.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isAlive, isServerOf } from './living-process.ts';
import type { Programs } from './programs.ts';

const pollMs = 50;
const killMs = 10_000;
/** Time limits for stopping: an orderly stop flushes the buffers, an immediate one writes nothing. */
const stopSeconds = { fast: '10', immediate: '3' };

const noteOf = (dataDir: string) => path.join(dataDir, 'postmaster.pid');

/** @returns the process id of the server that runs on this data directory; undefined when none does. */
export async function findServer(dataDir: string): Promise<number | undefined> {
  const note = await readFile(noteOf(dataDir), 'utf8').catch(ifMissing(''));
  const pid = Number(note.split('\n')[0]);
  return pid > 0 && (await isServerOf(dataDir, pid)) ? pid : undefined;
}

/** Stops the server of a data directory: in order if possible, else immediately. */
export async function endServer(dataDir: string, programs: Programs, mode: 'fast' | 'immediate'): Promise<void> {
  const pid = await findServer(dataDir);
  if (pid === undefined) return;
  for (const way of mode === 'fast' ? (['fast', 'immediate'] as const) : (['immediate'] as const)) {
    const { code } = await programs.pgCtl(['stop', '-D', dataDir, '-m', way, '-w', '-t', stopSeconds[way], '-s']);
    if (code === 0 || !(await isServerOf(dataDir, pid))) return;
  }
  await killServer(dataDir, pid);
}

/** Kills a server, and waits until it is gone. */
export async function killServer(dataDir: string, pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  for (const deadline = Date.now() + killMs; await isServerOf(dataDir, pid); await pause(pollMs)) {
    if (Date.now() > deadline) throw new EmbeddedPostgresError(`The database server (pid ${pid}) cannot be stopped. Restart the machine.`);
  }
}

/**
 * Clears what a killed run left: its server, or the pid file of a server that is gone. PostgreSQL clears the pid file of a dead process
 * itself, but not one that is unreadable, or whose number belongs to another process by now.
 */
export async function healLeftovers(dataDir: string, programs: Programs, onProgress: (step: string) => void): Promise<void> {
  if ((await findServer(dataDir)) !== undefined) {
    onProgress('stopping the database that an earlier run left behind');
    await endServer(dataDir, programs, 'fast');
    return;
  }
  const note = await readFile(noteOf(dataDir), 'utf8').catch(ifMissing(undefined));
  const pid = Number(note?.split('\n')[0]);
  if (note !== undefined && !(pid > 0 && !isAlive(pid))) await rm(noteOf(dataDir), { force: true });
}
