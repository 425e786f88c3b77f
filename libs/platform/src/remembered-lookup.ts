import { LRUCache } from 'lru-cache';

export interface RememberedLookupOptions {
  /** For how long, in milliseconds, what was found counts; 0: it is asked for each time. */
  foundMs: number;
  maxFound: number;
  /** For how long, in milliseconds, "there is none" counts. */
  absentMs: number;
  maxAbsent: number;
}

/**
 * Asks another service by an id that a caller chose, and remembers the answer. What was found and what was not are remembered apart:
 * ids that somebody makes up do not push out those of people who exist. Questions about one id that is being asked about share its
 * answer. A failure is not remembered.
 */
export function rememberLookup<T extends object>(
  ask: (id: string) => Promise<T | null>,
  { foundMs, maxFound, absentMs, maxAbsent }: RememberedLookupOptions,
): (id: string) => Promise<T | null> {
  const found = new LRUCache<string, T>({ max: maxFound, ttl: foundMs });
  const absent = new LRUCache<string, true>({ max: maxAbsent, ttl: absentMs });
  const underWay = new Map<string, Promise<T | null>>();

  async function askAndRemember(id: string): Promise<T | null> {
    const answer = await ask(id);
    if (answer === null) {
      absent.set(id, true);
      found.delete(id);
    } else if (foundMs > 0) {
      found.set(id, answer);
    }
    return answer;
  }

  return async (id) => {
    const known = found.get(id);
    if (known !== undefined) return known;
    if (absent.has(id)) return null;
    const asked = underWay.get(id) ?? askAndRemember(id).finally(() => underWay.delete(id));
    underWay.set(id, asked);
    return asked;
  };
}
