import { Fifo } from './fifo.ts';

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
export function createRecentLog<T>({ capacity, indexOf, onDrop }: RecentLogOptions<T>): RecentLog<T> {
  let everything = new Fifo<T>();
  const byIndex = new Map<string, Fifo<T>>();

  function dropOldest(): void {
    const oldest = everything.shift();
    if (oldest === undefined) return;
    onDrop?.(oldest);
    const index = indexOf(oldest);
    if (index === undefined) return;
    // The oldest of all is also the oldest under its own index.
    const filed = byIndex.get(index);
    filed?.shift();
    if (filed?.size === 0) byIndex.delete(index);
  }

  return {
    add(item) {
      everything.push(item);
      const index = indexOf(item);
      if (index !== undefined) {
        const filed = byIndex.get(index) ?? new Fifo<T>();
        filed.push(item);
        byIndex.set(index, filed);
      }
      if (everything.size > capacity) dropOldest();
    },
    newest: (limit) => everything.newest(limit),
    under: (index) => byIndex.get(index)?.newest() ?? [],
    total: () => everything.size,
    clear() {
      everything = new Fifo<T>();
      byIndex.clear();
    },
  };
}
