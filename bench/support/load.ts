import autocannon from 'autocannon';

export interface Load {
  url: string;
  connections: number;
  seconds: number;
  /** So many requests, however long they take. */
  amount?: number;
  /** The next request to be sent. */
  next: () => { method?: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string };
}

export interface LoadResult {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  /** Answers of another status than 2xx, and requests without an answer. */
  errors: number;
  answered: number;
}

/** Sends requests over so many connections for so long, each the next when the last is answered. */
export async function applyLoad({ url, connections, seconds, amount, next }: Load): Promise<LoadResult> {
  const times: number[] = [];
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url,
        connections,
        duration: seconds,
        ...(amount !== undefined && { amount }),
        requests: [
          {
            setupRequest(request) {
              const { method = 'GET', path, headers, body } = next();
              return { ...request, method, path, headers: { ...request.headers, ...headers }, ...(body !== undefined && { body }) };
            },
          },
        ],
      },
      (error, result) => (error instanceof Error ? reject(error) : resolve(result)),
    );
    run.on('response', (_client, status, _bytes, milliseconds) => {
      if (status < 300) times.push(milliseconds);
    });
  });
  return summarise(times, result.duration, result.non2xx + result.errors + result.timeouts);
}

/** @param times of those that went well, in milliseconds. */
export function summarise(times: number[], seconds: number, errors: number): LoadResult {
  return { perSecond: times.length / seconds, ...percentiles(times), errors, answered: times.length };
}

/** @param values in any order; they are sorted in place. NaN when there is none. */
export function percentiles(values: number[]): { p50: number; p95: number; p99: number } {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
