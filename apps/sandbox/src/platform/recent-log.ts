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

/** Remembers the last `capacity` items in order, and finds them by an index without a scan. Takes no room for what is not there yet. */
export function createRecentLog<T extends object>({ capacity, indexOf, onDrop }: RecentLogOptions<T>): RecentLog<T> {
  let added = 0;
  /** By number, from `added - everything.size` on, without gaps. */
  const everything = new Map<number, T>();
  /** Filed under an index, by number. */
  const byIndex = new Map<string, Map<number, T>>();

  function dropOldest(): void {
    const number = added - everything.size;
    const oldest = everything.get(number);
    everything.delete(number);
    if (oldest === undefined) return;
    onDrop?.(oldest);
    const index = indexOf(oldest);
    if (index === undefined) return;
    const filed = byIndex.get(index);
    filed?.delete(number);
    if (filed?.size === 0) byIndex.delete(index);
  }

  return {
    add(item) {
      if (everything.size >= capacity) dropOldest();
      const number = added++;
      const index = indexOf(item);
      if (index !== undefined) byIndex.set(index, (byIndex.get(index) ?? new Map<number, T>()).set(number, item));
      everything.set(number, item);
    },
    newest(limit) {
      const first = added - Math.min(limit, everything.size);
      return Array.from({ length: added - first }, (_, n) => everything.get(first + n)).filter((item) => item !== undefined);
    },
    under: (index) => [...(byIndex.get(index)?.values() ?? [])],
    total: () => everything.size,
    clear() {
      everything.clear();
      byIndex.clear();
    },
  };
}
