import { setTimeout as pause } from 'node:timers/promises';

export interface RoundRobin {
  /** The next process that says it is ready. @throws when none does. */
  next(): string;
  /** How many do. */
  ready(): number;
  stop(): Promise<void>;
}

const lookEveryMs = 50;

/** Shares requests among processes as a load balancer does: in turn, among those whose `/readyz` said 200 a moment ago. */
export async function startRoundRobin(urls: readonly string[]): Promise<RoundRobin> {
  const ready = new Set<string>();
  const stopped = new AbortController();
  let turn = 0;

  async function look(url: string): Promise<void> {
    const isReady = await fetch(`${url}/readyz`).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
    if (isReady) ready.add(url);
    else ready.delete(url);
  }
  const lookAtAll = () => Promise.all(urls.map(look));
  await lookAtAll();
  const looking = (async () => {
    while (!stopped.signal.aborted) {
      await lookAtAll();
      await pause(lookEveryMs);
    }
  })();

  return {
    next() {
      for (const _ of urls) {
        const url = urls[(turn += 1) % urls.length] ?? '';
        if (ready.has(url)) return url;
      }
      throw new Error('no process is ready');
    },
    ready: () => ready.size,
    async stop() {
      stopped.abort();
      await looking;
    },
  };
}
