import { LRUCache } from 'lru-cache';

export interface RecentLog<T> {
  add(item: T): void;
  /** The newest `limit` items, oldest first. */
  newest(limit: number): T[];
  /** Everything filed under `index`, oldest first. */
  under(index: string): T[];
  total(): number;
  clear(): void;
}

export interface RecentLogOptions<T> {
  /** How many items are kept; beyond it the oldest goes. */
  capacity: number;
  /** What an item is looked up by. */
  indexOf: (item: T) => string | undefined;
  onDrop?: (item: T) => void;
}

/** Remembers the last `capacity` items in order, and finds them by an index without a scan. */
export function createRecentLog<T extends object>({ capacity, indexOf, onDrop }: RecentLogOptions<T>): RecentLog<T> {
  let added = 0;
  /** Filed under an index, by number. */
  const byIndex = new Map<string, Map<number, T>>();
  // By number. None is ever asked for by it, so that the least recently used is the oldest.
  const everything = new LRUCache<number, T>({
    max: capacity,
    dispose(oldest, number, reason) {
      if (reason !== 'evict') return;
      onDrop?.(oldest);
      const index = indexOf(oldest);
      if (index === undefined) return;
      const filed = byIndex.get(index);
      filed?.delete(number);
      if (filed?.size === 0) byIndex.delete(index);
    },
  });

  return {
    add(item) {
      const number = added++;
      const index = indexOf(item);
      if (index !== undefined) byIndex.set(index, (byIndex.get(index) ?? new Map<number, T>()).set(number, item));
      everything.set(number, item);
    },
    newest(limit) {
      const newest: T[] = [];
      for (const item of everything.values()) {
        if (newest.length >= limit) break;
        newest.push(item);
      }
      return newest.toReversed();
    },
    under: (index) => [...(byIndex.get(index)?.values() ?? [])],
    total: () => everything.size,
    clear() {
      everything.clear();
      byIndex.clear();
    },
  };
}
