import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';

export interface RememberedLookupOptions {
  /** How long a found value is cached, in milliseconds; 0: not at all. */
  foundMs: number;
  maxFound: number;
  /** How long "not found" is cached, in milliseconds. */
  absentMs: number;
  maxAbsent: number;
}

/**
 * Looks something up in another service by an id that callers choose, and caches the answer. Found and not found are cached separately, so
 * that made-up ids do not evict existing ones. Concurrent lookups of an id share one call. Failures are not cached.
 */
export function rememberLookup<T extends object>(
  ask: (id: string) => Promise<T | null>,
  { foundMs, maxFound, absentMs, maxAbsent }: RememberedLookupOptions,
): (id: string) => Promise<T | null> {
  const found = new LRUCache<string, T>({ ...roomFor(maxFound), ttl: foundMs });
  const absent = new LRUCache<string, true>({ ...roomFor(maxAbsent), ttl: absentMs });
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
