/**
 * Options of an LRU cache that bound it by its number of entries, the least recently used leaving first. Its own `max` does the same, and
 * sets aside room for all of them when it is made: a tenth of a second of the processor for the caches of an API that starts.
 * @param entries at most, 1 or more.
 */
export const roomFor = (entries: number): { maxSize: number; sizeCalculation: () => number } => ({
  maxSize: entries,
  sizeCalculation: () => 1,
});
