import { fork } from 'node:child_process';
import { closeSync, fstatSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { endsWithin } from '@mood/runtime';
import { LaunchError, NotReadyInTime } from './launch-error.ts';
import { findLastWords, readTail } from './last-words.ts';

export interface ChildOptions {
  /** The name in messages, and of the log file. */
  name: string;
  /** The script that node runs. */
  entry: string;
  env: NodeJS.ProcessEnv;
  logFolder: string;
  /** Time limit for becoming ready, in milliseconds. On a busy or slow machine that takes minutes. */
  readyWithinMs?: number;
  /** Milliseconds until `onSlow` is told that it is not ready yet. */
  slowAfterMs?: number;
  onSlow?: (line: string) => void;
}

/** One process of the system. */
export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  readonly logFile: string;
  /** Resolves when the process reports that it is ready. Rejects with a LaunchError when it ends before, or exceeds its time limit. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended, with a text that says how and why. */
  readonly ended: Promise<string>;
  /** SIGTERM, and SIGKILL after `patienceMs`. Repeating it is harmless. */
  stop(patienceMs: number): Promise<'stopped' | 'killed'>;
  kill(): void;
}

/** Logs above this size are renamed to `.1` at the next start. */
const maxLogBytes = 20_000_000;

/**
 * Starts a node process that reports `{type: 'ready'}` over IPC. It has a process group of its own, so that Ctrl-C in the
 * terminal reaches the launcher alone; and it writes to its log file itself, so that it can still do so when the launcher is gone.
 */
export function startChild(options: ChildOptions): Child {
  const { name, entry, env, logFolder, readyWithinMs = 300_000, slowAfterMs = 20_000, onSlow } = options;
  const logFile = path.join(logFolder, `${name}.log`);
  const { log, begin } = openLog(logFile);
  const child = fork(entry, { env, execArgv: [], detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);

  const exit = Promise.withResolvers<string>();
  child.once('exit', (code, signal) => exit.resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`));
  child.on('error', (error) => {
    if (child.pid === undefined) exit.resolve(error.message);
  });

  const ended = exit.promise.then(async (how) => {
    const words = findLastWords(await readTail(logFile, begin).catch(() => ''));
    return `${how}${words === undefined ? '' : `: ${words}`}. Its log: ${logFile}`;
  });

  async function becomeReady(): Promise<void> {
    const saysSo = new Promise<void>((resolve) => {
      // A process that waits for others reports `started` first.
      child.on('message', (message: unknown) => {
        if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready') resolve();
      });
    });
    const slow = setTimeout(
      () => onSlow?.(`the ${name} is not ready after ${slowAfterMs / 1000} s, still waiting. Its log: ${logFile}`),
      slowAfterMs,
    );
    const isSettled = await endsWithin(readyWithinMs, Promise.race([saysSo, exit.promise]));
    clearTimeout(slow);
    if (!isSettled) throw new NotReadyInTime(`The ${name} was not ready within ${readyWithinMs / 1000} s. Its log: ${logFile}`);
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new LaunchError(`The ${name} did not start: ${await ended}`);
    }
  }
  const ready = becomeReady();
  ready.catch(() => {});

  return {
    name,
    pid: child.pid,
    logFile,
    ready,
    ended,
    async stop(patienceMs) {
      child.kill('SIGTERM');
      if (await endsWithin(patienceMs, exit.promise)) return 'stopped';
      child.kill('SIGKILL');
      await exit.promise;
      return 'killed';
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

function openLog(file: string): { log: number; begin: number } {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(file, `${file}.1`);
  const log = openSync(file, 'a', 0o600);
  return { log, begin: fstatSync(log).size };
}
