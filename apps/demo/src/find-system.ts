import { fork } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { dataDirSetting, exitOnBadSettings, readRunFile } from '@mood/runtime';
import type { Run } from '@mood/runtime';

/** The system could not be started. The message is what the launcher says about it. */
export class NoSystem extends Error {
  override readonly name = 'NoSystem';
}

export interface FoundSystem {
  run: Run;
  /** When a system that was started for the demo ends; at once for one that ran before. */
  ended: Promise<void>;
  /** Stops a system that the demo has started, and leaves one that ran before. */
  stop: () => Promise<void>;
}

const launcher = path.resolve(import.meta.dirname, '../../launcher/src/main.ts');

/**
 * The system that runs on DATA_DIR, or one of the demo's own, on free ports, which lives as long as the demo at most.
 * @throws NoSystem.
 */
export async function findSystem(write: (line: string) => void): Promise<FoundSystem> {
  const { dataDir } = exitOnBadSettings({ dataDir: dataDirSetting });
  const running = await readRunFile(dataDir);
  if (running !== undefined) {
    write(`Using the system that runs at ${running.apiUrl}.`);
    return { run: running, ended: Promise.resolve(), stop: async () => {} };
  }
  write('No system is running: starting one for the demo.');
  const own = startLauncher(write);
  stopOnSignal(own.stop);
  await own.ready;
  const run = await readRunFile(dataDir);
  if (run === undefined) throw new NoSystem('The system started and left no note of where it is.');
  return { run, ended: own.ended, stop: own.stop };
}

/** The launcher as a process. It has a process group of its own, so that Ctrl-C reaches the demo alone; it stops when the demo is gone. */
function startLauncher(write: (line: string) => void) {
  const anyPort = { PORT: '0', SANDBOX_PORT: '0', METRICS_PORT: '0', WORKER_METRICS_PORT: '0' };
  const child = fork(launcher, {
    env: { ...process.env, ...anyPort },
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let problem = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (problem += text));
  // Its steps are indented. What it says besides is for people who started it themselves.
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => line.startsWith('  ') && write(line));

  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const ready = new Promise<void>((resolve) => {
    child.once('message', () => resolve());
  });
  return {
    ready: Promise.race([ready, closed.then(() => Promise.reject(new NoSystem(problem.trim())))]),
    ended: closed,
    stop: async (): Promise<void> => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Ctrl-C in the middle of the story leaves nothing running. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void stop().finally(() => process.exit(130));
    });
  }
}
