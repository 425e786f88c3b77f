import { spawn } from 'node:child_process';
import { errorCode } from '@mood/runtime';
import { EmbeddedPostgresError } from './errors.ts';

export interface Outcome {
  /** 0 is success; -1 when a signal ended it. */
  code: number;
  /** Standard output and standard error as they came. */
  said: string;
}

export interface RunOptions {
  uid?: number;
  gid?: number;
  /** Given to its standard input. */
  input?: string;
}

/** The environment without PG… variables: those of the user's shell are about other servers. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** Runs a program in a session of its own, so that Ctrl-C does not interrupt it half way. Rejects when it cannot be started. */
export function runProgram(file: string, args: readonly string[], { input = '', ...identity }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...identity, env: environment(), cwd: '/', detached: true, stdio: 'pipe', windowsHide: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
    }
    child.once('error', (cause) => {
      reject(
        new EmbeddedPostgresError(
          `${file} cannot be run on this machine (${errorCode(cause)}). Set DATABASE_URL to a PostgreSQL 18 that runs elsewhere.`,
          {
            cause,
          },
        ),
      );
    });
    child.once('close', (code) => resolve({ code: code ?? -1, said }));
    // The program may end without reading its input.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
