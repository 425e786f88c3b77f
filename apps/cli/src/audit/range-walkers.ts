import { Worker } from 'node:worker_threads';
import type { RangeFindings, RangeWalker } from '@mood/db';
import { DependencyUnavailable } from '@mood/domain';

export type WalkerMessage = { rows: number } | { findings: RangeFindings } | { failure: string; isAway: boolean };

/** Threads that walk through parts of the audit log at the same time: computing hashes and reading rows takes a processor each. */
export function startRangeWalkers(threads: number, databaseUrl: string, connectTimeoutMs: number) {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./walk-ranges.ts', import.meta.url), { workerData: { databaseUrl, connectTimeoutMs } }),
  );
  return {
    walkers: workers.map(walkerOf),
    async stop(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

const walkerOf =
  (worker: Worker): RangeWalker =>
  (range, { onRows, signal }) =>
    new Promise<RangeFindings>((resolve, reject) => {
      const end = (settle: () => void) => {
        worker.off('message', onMessage).off('error', onError);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onError = (error: unknown) => end(() => reject(error));
      // The thread goes on with what nobody waits for, until it is stopped.
      const onAbort = () => end(() => reject(signal?.reason));
      const onMessage = (message: WalkerMessage) => {
        if ('rows' in message) void Promise.resolve(onRows?.(message.rows)).catch(onError);
        else if ('findings' in message) end(() => resolve(message.findings));
        else {
          const cause = new Error(message.failure);
          end(() => reject(message.isAway ? new DependencyUnavailable('database', { cause }) : cause));
        }
      };
      worker.on('message', onMessage).on('error', onError);
      signal?.addEventListener('abort', onAbort);
      worker.postMessage(range, []);
    });
