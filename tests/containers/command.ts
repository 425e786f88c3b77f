import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface CommandOptions {
  cwd?: string | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds after which it is killed. Default: five minutes. */
  limitMs?: number | undefined;
  /** What it reads from its standard input. */
  input?: string | undefined;
}

export interface Finished {
  /** 0 to 255; -1 when a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
}

const defaultLimitMs = 300_000;
const maxOutput = 4_000_000;
const linesOfFailure = 30;
const living = new Set<ChildProcess>();
let areCommandsOver = false;

/** Ends what runs now; what is started afterwards fails at once, unless `allowCommands` is called. */
export function endCommands(): void {
  areCommandsOver = true;
  for (const child of living) child.kill('SIGTERM');
}

/** For what has to be taken away after `endCommands`. */
export function allowCommands(): void {
  areCommandsOver = false;
}

/** Runs a program to its end. @returns its exit code and what it wrote. @throws when it cannot be started, or takes too long. */
export function attempt(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const { cwd, env, limitMs = defaultLimitMs, input } = options;
  if (areCommandsOver) return Promise.reject(new Error('stopped'));
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    living.add(child);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
        output[name] = (output[name] + chunk).slice(-maxOutput);
      });
    }
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      living.delete(child);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      living.delete(child);
      if (isLate) reject(new Error(`"${command} ${args.join(' ')}" was not over after ${limitMs / 1_000} s:\n${tail(output)}`));
      else resolve({ code: code ?? -1, ...output });
    });
  });
}

/** As `attempt`. @returns what it wrote to its standard output. @throws with its last lines when its exit code is not 0. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const finished = await attempt(command, args, options);
  if (finished.code !== 0) throw new Error(`"${command} ${args.join(' ')}" ended with ${finished.code}:\n${tail(finished)}`);
  return finished.stdout;
}

function tail({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `${stdout}\n${stderr}`.trim().split('\n').slice(-linesOfFailure).join('\n');
}
