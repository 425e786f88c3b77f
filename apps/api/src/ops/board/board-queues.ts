import { DependencyUnavailable } from '@mood/domain';
import type { JobQueue, QueueBackend, QueueBackendOptions, ShardName } from '@mood/queue';
import { queueNames } from '@mood/queue/catalog';
import { keptFor, TimeLimitExceeded, withinTime } from '@mood/runtime';
import type { Service } from '@mood/runtime';

/** The queues for the board. Nothing is loaded or connected before the board is first opened. */
export interface BoardQueues extends Service {
  /**
   * The four queues, those of auto-reply in all their shards, once their store has answered.
   * The same list as before as long as the queues are the same.
   * @throws DependencyUnavailable when it does not answer within three seconds; any other error of the store as it is.
   */
  open(): Promise<readonly JobQueue[]>;
}

const answerLimitMs = 3_000;
/** However many browser tabs poll, the store is asked once a second. */
const askAgainMs = 1_000;
const maxConnections = 4;

/** @param options which store. The board has a few connections of its own, so that it takes none from the API's requests. */
export function createBoardQueues(options: QueueBackendOptions): BoardQueues {
  let loading: Promise<QueueBackend> | undefined;
  async function load(): Promise<QueueBackend> {
    const { createQueueBackend } = await import('@mood/queue');
    return createQueueBackend({ ...options, maxConnections });
  }
  const queues = new Map<ShardName, JobQueue>();
  let shown: readonly JobQueue[] = [];
  let closed = false;

  const storeAnswers = keptFor(askAgainMs, async () => {
    const signal = AbortSignal.timeout(answerLimitMs);
    try {
      const backend = await (loading ??= load());
      await withinTime(answerLimitMs, backend.ready(signal));
      return { backend, shards: await withinTime(answerLimitMs, shardsNow(backend)) };
    } catch (error) {
      if (signal.aborted || error instanceof TimeLimitExceeded) throw new DependencyUnavailable('job queue', { cause: error });
      throw error;
    }
  });

  /** Those that there are, and those of before that still hold jobs. A store that goes away meanwhile is told of by what is asked next. */
  async function shardsNow(backend: QueueBackend): Promise<ShardName[]> {
    const old = await Promise.all(queueNames.map((name) => backend.findOldShards(name).catch(() => [])));
    return queueNames.flatMap((name, index) => [...backend.shardsOf(name), ...(old[index] ?? [])]);
  }

  return {
    name: 'queue board',
    start: () => Promise.resolve(),
    async open() {
      if (closed) throw new DependencyUnavailable('job queue');
      const { backend, shards } = await storeAnswers();
      const found = shards.map((name) => {
        const queue = queues.get(name) ?? backend.createQueue(name);
        queues.set(name, queue);
        return queue;
      });
      if (found.length !== shown.length || found.some((queue, index) => queue !== shown[index])) shown = found;
      return shown;
    },
    async stop() {
      closed = true;
      const backend = await loading;
      await backend?.close();
    },
  };
}
