import { fork } from 'node:child_process';
import path from 'node:path';
import { compileCache } from '@mood/testing/compile-cache';
import { readFileSync } from 'node:fs';

export interface QuietProcess {
  readonly pid: number;
  /** Seconds of processor time that it has had, in user and in kernel mode. */
  cpuSeconds(): number;
  /** Bytes of memory that it has now. */
  memory(): number;
  /** What it told its parent when it was ready. */
  readonly ready: unknown;
  /** Sends it an order, over the channel to its parent. @returns its answer. */
  ask(order: object): Promise<unknown>;
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const ticksPerSecond = 100;
const living = new Set<{ kill(signal: NodeJS.Signals): unknown }>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** Starts one of our processes whose log nobody reads, so that reading it costs nothing. */
export async function startQuietProcess(entry: string, env: Record<string, string>, execArgv: string[] = []): Promise<QuietProcess> {
  const child = fork(path.join(root, entry), {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...compileCache, ...env },
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  living.add(child);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      living.delete(child);
      resolve();
    });
  });
  const ready = await Promise.race([
    new Promise<unknown>((resolve) => child.once('message', resolve)),
    exited.then(() => Promise.reject(new Error(`${entry} ended before it was ready`))),
  ]);
  const pid = child.pid ?? 0;
  return {
    pid,
    ready,
    cpuSeconds() {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    memory() {
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return Number(kilobytes) * 1024;
    },
    ask(order) {
      const answer = new Promise<unknown>((resolve) => child.once('message', resolve));
      child.send(order);
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
