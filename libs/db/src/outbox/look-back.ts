/** A look for promises of some kinds. */
export interface Look {
  /** How long ago what it looks for was due, at most, in whole seconds: for each kind, in their order. */
  behind: number[];
  /** Notes what it has found, of each kind the earliest first. @param limits for each kind, how many it looked for. */
  found(promises: readonly { kind: string; remainingMs: number }[], limits: readonly number[]): void;
}

/** Longer ago than anything can be due, in seconds. */
export const everything = 1e9;
/** A promise can be seen so much later than others that were made after it: its transaction took that long. */
const overlapMs = 5_000;
/** Looks for everything take one part in so many of the time, and are never further apart than that. */
const [share, longestMs] = [20, 5_000];

/**
 * Decides how far back a relay looks for what is due. While somebody holds a snapshot (a backup, a report), nothing that was claimed leaves the
 * index of what can be claimed: to look through all of it at each claim takes longer and longer. So it looks for everything only as often as
 * that is cheap, which is nearly always; in between from where it was a moment ago. What comes late and was due before that (a promise that was
 * given back, a transaction that took long) waits for the next look for everything.
 * @param now milliseconds of a clock that only goes on.
 */
export function createLookBack(now: () => number = () => performance.now()): { at(kinds: readonly string[]): Look } {
  let nextForEverything = -Infinity;
  /** What was due before has been claimed, as far as it could be seen. In milliseconds of the clock. */
  const doneUntil = new Map<string, number>();
  return {
    at(kinds) {
      const began = now();
      const forEverything = began >= nextForEverything;
      const behindOf = (kind: string) => {
        const done = doneUntil.get(kind);
        return forEverything || done === undefined ? everything : Math.ceil((began - done + overlapMs) / 1_000);
      };
      return {
        behind: kinds.map(behindOf),
        found(promises, limits) {
          if (forEverything) nextForEverything = now() + Math.min(longestMs, share * (now() - began));
          const byKind = Map.groupBy(promises, ({ kind }) => kind);
          for (const [nth, kind] of kinds.entries()) {
            const ofKind = byKind.get(kind) ?? [];
            const last = Math.max(...ofKind.map(({ remainingMs }) => remainingMs));
            const isAll = ofKind.length < (limits[nth] ?? 0);
            doneUntil.set(kind, isAll ? began : Math.min(began, now() + last));
          }
        },
      };
    },
  };
}
