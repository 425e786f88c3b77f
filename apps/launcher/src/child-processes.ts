import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './child.ts';
import type { Child, ChildOptions } from './child.ts';
import { NotReadyInTime } from './launch-error.ts';
import { pauseBefore } from './restarts.ts';

/** How long processes get to stop, in milliseconds. */
const defaultPatienceMs = 10_000;

/** The processes of the system, watched together. */
export interface ChildProcesses {
  /**
   * Starts processes at once. Resolves when all are ready. One that ends by itself after that is started again, until `stop` or
   * `kill`. @throws LaunchError of the first that fails.
   */
  start(...processes: Omit<ChildOptions, 'logFolder'>[]): Promise<void>;
  /** Stops all, group by group, the group that was started last first. @returns the names of those that had to be killed. */
  stop(): Promise<string[]>;
  /** Ends all at once. */
  kill(): void;
}

export interface ChildProcessesOptions {
  logFolder: string;
  /** Called with a sentence when a process is slow to become ready, ends unexpectedly, or is ready again. */
  say: (line: string) => void;
  patienceMs?: number;
}

export function createChildProcesses({ logFolder, say, patienceMs = defaultPatienceMs }: ChildProcessesOptions): ChildProcesses {
  const groups: Child[][] = [];
  const stopped = new AbortController();
  let stopping: Promise<string[]> | undefined;

  /** Restarts a process of a group whenever it ends. @param child is ready. */
  async function keep(group: Child[], options: Omit<ChildOptions, 'logFolder'>, child: Child): Promise<void> {
    let current = child;
    for (let failures = 0; ;) {
      const readyAt = performance.now();
      const why = await current.ended;
      if (stopped.signal.aborted) return;
      const { failures: count, pauseMs } = pauseBefore(failures, performance.now() - readyAt);
      failures = count;
      const attempt = failures === 1 ? '' : `, ${failures} times in a row`;
      say(`The ${current.name} stopped by itself${attempt}: ${why}. Starting it again in ${pauseMs / 1_000} s.`);
      await pause(pauseMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      const next = startChild({ onSlow: say, ...options, logFolder });
      group.splice(group.indexOf(current), 1, next);
      current = next;
      try {
        await next.ready;
        say(`The ${next.name} is ready again.`);
      } catch (error) {
        // A process that ended is reported in the next iteration.
        if (error instanceof NotReadyInTime) say(`${error.message}. Ending it.`);
        next.kill();
      }
    }
  }

  async function stopAll(): Promise<string[]> {
    stopped.abort();
    const killed: string[] = [];
    for (const group of groups.toReversed()) {
      await Promise.all(
        group.map(async (child) => {
          if ((await child.stop(patienceMs)) === 'killed') killed.push(child.name);
        }),
      );
    }
    return killed;
  }

  return {
    async start(...processes) {
      if (stopping !== undefined) return;
      const members = processes.map((options) => ({ options, child: startChild({ onSlow: say, ...options, logFolder }) }));
      const group = members.map(({ child }) => child);
      groups.push(group);
      await Promise.all(group.map((child) => child.ready));
      for (const { options, child } of members) void keep(group, options, child);
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    kill() {
      stopped.abort();
      for (const child of groups.flat()) child.kill();
    },
  };
}
