import { fork } from 'node:child_process';
import path from 'node:path';
import { compileCache } from './compile-cache.ts';
import { timeProcess } from './processor-time.ts';
import { productionFlags } from './production-flags.ts';
import { endedBeforeReady, openRunLog } from './run-logs.ts';

export interface NodeProcess {
  readonly pid: number;
  /** Everything that it wrote, so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /**
   * SIGTERM, and waits until it is gone.
   * @throws with its output when a process that had started ends, or has ended, with anything but 0; unless the test killed it.
   */
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../../..');
const maxOutput = 200_000;
/** Left to the tests: some set a lower one by NODE_OPTIONS, which a flag would override. */
const heapLimit = '--max-old-space-size=';
const living = new Set<NodeProcess>();

/** What a test left running would keep the test run from ending. */
function killLeftovers(): void {
  for (const child of living) child.kill('SIGKILL');
}
process.on('exit', killLeftovers);
// There are no such hooks outside jest.
const afterAll: unknown = Reflect.get(globalThis, 'afterAll');
if (typeof afterAll === 'function') afterAll(killLeftovers);

/**
 * Starts one of our processes as it runs in production. Resolves when it says that it has started: what it depends on may be away.
 * @param execArgv more flags for Node.js.
 * @throws with its output when it ends before.
 */
export async function startNodeProcess(entry: string, env: Record<string, string>, execArgv: string[] = []): Promise<NodeProcess> {
  const started = spawnNodeProcess(entry, env, execArgv);
  await started.ready;
  return started;
}

/** As `startNodeProcess`, for a process that may never be ready: it is there at once, and `ready` resolves or rejects later. */
export function spawnNodeProcess(
  entry: string,
  env: Record<string, string>,
  execArgv: string[] = [],
): NodeProcess & { readonly ready: Promise<void> } {
  const child = fork(path.join(root, entry), {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...compileCache, ...env },
    execPath: process.execPath,
    execArgv: [...productionFlags(entry).filter((flag) => !flag.startsWith(heapLimit)), ...execArgv],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const log = openRunLog(entry, child.pid ?? 0);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      // Not at each piece: it copies all that is kept.
      if (output.length > 2 * maxOutput) output = output.slice(-maxOutput);
      log?.write(chunk);
    });
  }
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0));
  });
  timeProcess(child.pid ?? 0, exited);
  let isReady = false;
  let isKilled = false;
  const running: NodeProcess = {
    pid: child.pid ?? 0,
    output: () => output.slice(-maxOutput),
    kill(signal) {
      isKilled ||= signal === 'SIGKILL';
      child.kill(signal);
    },
    exited,
    async stop() {
      child.kill('SIGTERM');
      const end = await exited;
      if (isReady && !isKilled && end !== 0) throw new Error(`${entry} ended with ${end}:\n${output}`);
    },
  };
  living.add(running);
  void exited.then(() => living.delete(running));
  // By then all that it wrote is here.
  child.once('close', () => log?.end(isReady ? '' : endedBeforeReady));

  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => {
      isReady = true;
      resolve();
    });
    void exited.then((end) => reject(new Error(`${entry} ended with ${end} before it was ready:\n${output}`)));
  });
  // Whoever does not wait for it is not told that it ended.
  ready.catch(() => {});
  return { ...running, ready };
}
