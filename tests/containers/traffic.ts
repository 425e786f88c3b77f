import { setTimeout as pause } from 'node:timers/promises';

export interface TrafficResult {
  sent: number;
  failed: number;
  /** What came instead of an answer below 500, with how often. */
  failures: Readonly<Record<string, number>>;
}

const everyMs = 1_000 / 60;
/** An answer that takes longer is one that failed, in milliseconds. */
const patienceMs = 10_000;
/** It ends by itself after that many: ten minutes. */
const mostRequests = 36_000;

/**
 * Sixty requests a second, from now on until it is stopped, whatever becomes of those before.
 * @param send makes one and resolves with its status.
 */
function startTraffic(send: (signal: AbortSignal) => Promise<number>): { stop(): Promise<TrafficResult> } {
  const failures: Record<string, number> = {};
  const underWay = new Set<Promise<void>>();
  const over = new AbortController();
  let sent = 0;

  async function one(): Promise<void> {
    const outcome = await send(AbortSignal.timeout(patienceMs)).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return cause instanceof Error ? cause.message || cause.name : 'no answer';
    });
    if (typeof outcome === 'number' && outcome < 400) return;
    failures[outcome] = (failures[outcome] ?? 0) + 1;
  }
  async function flow(): Promise<void> {
    const began = performance.now();
    while (!over.signal.aborted && sent < mostRequests) {
      sent += 1;
      const request = one().finally(() => underWay.delete(request));
      underWay.add(request);
      await pause(Math.max(0, began + sent * everyMs - performance.now()));
    }
    await Promise.all(underWay);
  }
  const flowing = flow();
  return {
    async stop() {
      over.abort();
      await flowing;
      const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
      return { sent, failed, failures };
    },
  };
}

/** What fails of sixty requests a second while something is done. */
export async function during(send: (signal: AbortSignal) => Promise<number>, work: () => Promise<void>): Promise<TrafficResult> {
  const traffic = startTraffic(send);
  try {
    await work();
  } catch (error) {
    await traffic.stop();
    throw error;
  }
  return traffic.stop();
}

/** Two readings and a change by turns, as a model would send them. */
export function readsAndChanges(
  url: string,
  modelId: string,
  headers: Record<string, string>,
  acceptance: object,
): (signal: AbortSignal) => Promise<number> {
  const body = JSON.stringify(acceptance);
  let turn = 0;
  return async (signal) => {
    turn += 1;
    const answer =
      turn % 3 === 0
        ? await fetch(`${url}/api/v1/mood/terms`, { method: 'POST', body, headers, signal })
        : await fetch(`${url}/api/v1/mood/${modelId}`, { headers, signal });
    await answer.arrayBuffer();
    return answer.status;
  };
}
