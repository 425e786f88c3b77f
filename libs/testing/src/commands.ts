import { execFile, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { compileCache } from './compile-cache.ts';

/** What a command ended with, and what it wrote. */
export interface Ended {
  /** The exit code; NaN when something killed it. */
  code: number;
  out: string;
  err: string;
}

export interface CommandRun {
  /** The file that Node.js is told to run: its whole path. */
  entry: string;
  args: string[];
  env: Record<string, string | undefined>;
}

export interface Commands {
  /**
   * Runs a command of ours. The first run of each entry file is a process of its own, as operators start it; those that follow are made in
   * one process that has loaded everything already, which is most of what a run takes.
   * @param words what stands behind `node`: flags, the entry file by its path in the project, arguments.
   * @param env besides PATH, HOME and the compile cache. Undefined takes a variable away.
   */
  run(words: readonly string[], env?: Record<string, string | undefined>): Promise<Ended>;
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../../..');

function startHost(): ChildProcess {
  const host = fork(path.join(import.meta.dirname, 'command-host.ts'), {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...compileCache },
    execArgv: [],
    // Pipes, as of a command that runs alone: on a terminal it would show its progress in another way.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [host.stdout, host.stderr]) stream?.pipe(process.stderr, { end: false });
  return host;
}

export function createCommands(): Commands {
  const alone = new Set<string>();
  let host: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function runInHost(run: CommandRun): Promise<Ended> {
    host ??= startHost();
    const child = host;
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the process that runs commands ended with ${code}`));
      child.once('exit', onExit);
      child.once('message', (ended: Ended) => {
        child.off('exit', onExit);
        resolve(ended);
      });
      child.send(run);
    });
  }

  return {
    run(words, env = {}) {
      const at = words.findIndex((word) => word.endsWith('.ts'));
      const entry = path.join(root, words[at] ?? '');
      const { PATH, HOME } = process.env;
      const variables = Object.fromEntries(
        Object.entries({ PATH, HOME, ...compileCache, ...env }).filter(([, value]) => value !== undefined),
      );
      if (!alone.has(entry)) {
        alone.add(entry);
        return runAlone(words, variables);
      }
      const ended = last.then(() => runInHost({ entry, args: words.slice(at + 1), env: variables }));
      last = ended.catch(() => {});
      return ended;
    },
    async stop() {
      if (host === undefined) return;
      const exited = once(host, 'exit');
      host.kill('SIGKILL');
      await exited;
    },
  };
}

function runAlone(words: readonly string[], env: Record<string, string | undefined>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: root, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? Number.NaN), out, err });
    });
  });
}
