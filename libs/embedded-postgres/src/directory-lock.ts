import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '@mood/runtime';
import { EmbeddedPostgresError } from './errors.ts';
import { beginningOf, isAlive } from './living-process.ts';

const retryMs = 50;
const attempts = 100;
/** A takeover takes milliseconds: one that has lasted longer belongs to a killed process. */
const takeoverMs = 2_000;

/**
 * Locks a directory for this process, and takes over the lock of a process that has ended.
 * @returns a function that releases it.
 * @throws EmbeddedPostgresError when a living process holds it.
 */
export async function lockDirectory(lockFile: string, directory: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${await beginningOf(process.pid)}\n`;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await putFile(lockFile, mine)) return () => rm(lockFile, { force: true });
    const holder = await holderOf(lockFile);
    if (holder !== undefined) {
      throw new EmbeddedPostgresError(
        `${directory} is in use: it is already running (pid ${holder}). Stop that one first, or set DATA_DIR to another directory.`,
      );
    }
    await removeStale(lockFile, mine);
  }
  throw new EmbeddedPostgresError(`${directory} is in use: several processes are starting on it. Try again.`);
}

/** Creates a file atomically with its content. @returns false when it exists already. */
async function putFile(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function holderOf(lockFile: string): Promise<number | undefined> {
  const [pid = '', began = ''] = (await readFile(lockFile, 'utf8').catch(() => '')).trim().split(' ');
  const alive = Number(pid) > 0 && isAlive(Number(pid)) && (await beginningOf(Number(pid))) === began;
  return alive ? Number(pid) : undefined;
}

/** Removes a stale lock, one process at a time: otherwise two that both saw it would remove each other's new lock. */
async function removeStale(lockFile: string, mine: string): Promise<void> {
  const takeover = `${lockFile}.takeover`;
  if (!(await putFile(takeover, mine))) {
    const since = (await stat(takeover).catch(() => undefined))?.mtimeMs;
    if (since !== undefined && Date.now() - since > takeoverMs) await rm(takeover, { force: true });
    await pause(retryMs);
    return;
  }
  try {
    if ((await holderOf(lockFile)) === undefined) await rm(lockFile, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}
