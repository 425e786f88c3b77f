import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface JestRun {
  arguments: readonly string[];
  env: NodeJS.ProcessEnv;
  /** For what jest reports. */
  folder: string;
  /** The checkout whose tests run. Default: this one. */
  cwd?: string;
  /** Nothing of it is shown. */
  isSilent?: boolean;
  /** Ends the run early. */
  stop: AbortSignal;
}

export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not be run at all: none of their tests is counted above. */
  numRuntimeErrorTestSuites: number;
  testResults: {
    name: string;
    status: string;
    startTime: number;
    endTime: number;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

export interface JestResult {
  code: number;
  /** Undefined: the run did not come to its end. */
  report: JestReport | undefined;
}

/** How long jest may go on after its report, and after it was told to stop. */
const graceMs = 20_000;
const pollMs = 500;

/** Runs jest to its end. */
export async function runJest(run: JestRun): Promise<JestResult> {
  const reportFile = path.join(run.folder, 'report.json');
  await rm(reportFile, { force: true });
  const jest = spawn(
    process.execPath,
    [
      // Its workers get these flags, too. Each file loads its modules anew: with little room for what is young, a fifth of the time is collecting it.
      '--max-semi-space-size=64',
      '--experimental-vm-modules',
      '--no-warnings',
      path.resolve(import.meta.dirname, '../../node_modules/jest/bin/jest.js'),
      '--json',
      `--outputFile=${reportFile}`,
      ...run.arguments,
    ],
    // A process group of its own: what stops it reaches its workers, and whatever the tests started, too.
    { stdio: run.isSilent === true ? 'ignore' : 'inherit', env: run.env, cwd: run.cwd ?? process.cwd(), detached: true },
  );
  const ended = new Promise<number>((resolve) => {
    jest.once('exit', (code) => resolve(code ?? 1));
  });
  const isRunning = () => jest.exitCode === null && jest.signalCode === null;

  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (jest.pid !== undefined) process.kill(-jest.pid, signal);
    } catch {
      // All of it is gone.
    }
  };
  const onStop = () => signalGroup('SIGINT');
  run.stop.addEventListener('abort', onStop);

  let hung = false;
  for (let overdueMs = 0; isRunning();) {
    await Promise.race([ended, pause(pollMs)]);
    if (run.stop.aborted || (await readReport(reportFile)) !== undefined) overdueMs += pollMs;
    if (isRunning() && overdueMs > graceMs) {
      hung = !run.stop.aborted;
      signalGroup('SIGKILL');
      await ended;
    }
  }
  const code = await ended;
  signalGroup('SIGKILL');

  const report = await readReport(reportFile);
  if (hung) console.error('The tests ended, but something that they started kept jest running: it was killed.');
  return { code: hung ? 1 : code, report };
}

async function readReport(file: string): Promise<JestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
