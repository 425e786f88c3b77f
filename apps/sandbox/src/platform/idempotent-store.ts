import { createRecentLog } from './recent-log.ts';
import type { RecentLog } from './recent-log.ts';

export type OnceOutcome<T> = { outcome: 'created' | 'repeated' | 'conflict'; item: T };

export interface IdempotentStore<T> extends RecentLog<T> {
  /**
   * Keeps `item` unless its key is known already.
   * @returns the kept item: the new one, or under `repeated` and `conflict` the one that came first.
   */
  addOnce(item: T): OnceOutcome<T>;
}

export interface IdempotentStoreOptions<T> {
  capacity: number;
  indexOf: (item: T) => string;
  /** The idempotency key. Items without one are never repeats. */
  keyOf: (item: T) => string | undefined;
  /** Whether a repeated call has the same contents as the first. */
  same: (first: T, repeat: T) => boolean;
  /** Told of each item that is new. */
  onAdd?: (item: T) => void;
}

/** A capped log that keeps one item per key. A key is forgotten together with its item. */
export function createIdempotentStore<T extends object>(options: IdempotentStoreOptions<T>): IdempotentStore<T> {
  const { capacity, indexOf, keyOf, same, onAdd } = options;
  const byKey = new Map<string, T>();
  const log = createRecentLog<T>({
    capacity,
    indexOf,
    onDrop(item) {
      const key = keyOf(item);
      if (key !== undefined) byKey.delete(key);
    },
  });

  return {
    ...log,
    addOnce(item) {
      const key = keyOf(item);
      const first = key === undefined ? undefined : byKey.get(key);
      if (first !== undefined) return { outcome: same(first, item) ? 'repeated' : 'conflict', item: first };
      if (key !== undefined) byKey.set(key, item);
      log.add(item);
      onAdd?.(item);
      return { outcome: 'created', item };
    },
    clear() {
      log.clear();
      byKey.clear();
    },
  };
}
