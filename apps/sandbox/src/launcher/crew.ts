import { startChild } from './child.ts';
import type { Child, ChildOptions } from './child.ts';
import { LaunchError } from './launch-error.ts';

/** Milliseconds that processes get to finish what they are doing. */
const defaultPatienceMs = 10_000;

/** The processes of the system, watched together: none of them is of use without the others. */
export interface Crew {
  /** Starts processes at once. Resolves when all are ready. @throws LaunchError of the first that fails. */
  start(...processes: Omit<ChildOptions, 'logFolder'>[]): Promise<void>;
  /** Rejects with a LaunchError when a process that was ready ends without having been told to. Never resolves. */
  readonly mishap: Promise<never>;
  /** Stops all, group by group, the group that was started last first. @returns the names of those that had to be killed. */
  stop(): Promise<string[]>;
  /** Ends all at once. */
  kill(): void;
}

export interface CrewOptions {
  logFolder: string;
  patienceMs?: number;
}

export function createCrew({ logFolder, patienceMs = defaultPatienceMs }: CrewOptions): Crew {
  const groups: Child[][] = [];
  const mishap = Promise.withResolvers<never>();
  mishap.promise.catch(() => {});
  let stopping: Promise<string[]> | undefined;

  async function watch(child: Child): Promise<void> {
    await child.ready;
    const why = await child.ended;
    if (stopping === undefined) mishap.reject(new LaunchError(`The ${child.name} stopped by itself: ${why}`));
  }

  async function stopAll(): Promise<string[]> {
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
      const group = processes.map((options) => startChild({ ...options, logFolder }));
      groups.push(group);
      for (const child of group) watch(child).catch(() => {});
      await Promise.all(group.map((child) => child.ready));
    },
    mishap: mishap.promise,
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    kill() {
      for (const child of groups.flat()) child.kill();
    },
  };
}
