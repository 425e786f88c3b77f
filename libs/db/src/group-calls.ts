import { DatabaseAway, DependencyUnavailable } from '@mood/domain';
import DataLoader from 'dataloader';
import { isDeadlock } from './errors.ts';

export interface GroupedCalls<Item, Result> {
  /** A call on its own. */
  alone: (item: Item) => Promise<Result>;
  /**
   * Several in one statement, and so in one transaction: that must not wait for a lock that another group may hold while it waits for one of
   * this. @returns an answer each, in their order; undefined for what it left out, which is then called alone.
   */
  together: (items: readonly Item[]) => Promise<readonly (Result | undefined)[]>;
  /** What one transaction changes is locked until it ends. */
  maxTogether: number;
  /** Under way at a time. While there are fewer, nobody waits; the fewer, the larger the groups. */
  maxStatements: number;
  /** For how long a call may wait for its turn, in milliseconds. Default 5 s, which is as long as a statement may take. */
  maxWaitMs?: number;
}

interface WaitingGroup {
  begin: () => void;
  tooLate: NodeJS.Timeout;
}

/**
 * Lets calls that come while others are under way wait for their turn, and share a statement: one round trip, and one write to the disk. A
 * call does not depend on those it is made with: when they fail, each is made alone. Those that have waited for too long, because the
 * database takes statements and does not answer, are not made at all: DatabaseAway.
 */
export function groupCalls<Item, Result>(calls: GroupedCalls<Item, Result>): (item: Item) => Promise<Result> {
  const { alone, together, maxTogether, maxStatements, maxWaitMs = 5_000 } = calls;
  const waiting = new Set<WaitingGroup>();
  let running = 0;
  let givingUp = false;

  function wait(group: () => void): void {
    const entry = { begin: group, tooLate: setTimeout(giveUp, maxWaitMs) };
    waiting.add(entry);

    function giveUp(): void {
      waiting.delete(entry);
      givingUp = true;
      // What it calls looks at once whether it still has to do something.
      group();
      givingUp = false;
    }
  }

  function begin(group: () => void): void {
    if (running === maxStatements) {
      wait(group);
      return;
    }
    running += 1;
    // Those who come in this turn of the event loop still get on.
    setImmediate(group);
  }

  function end(): void {
    running -= 1;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    clearTimeout(next.tooLate);
    begin(next.begin);
  }

  async function tryTogether(items: readonly Item[]): Promise<readonly (Result | undefined)[]> {
    try {
      return items.length === 1 ? await Promise.all(items.map(alone)) : await together(items);
    } catch (error) {
      if (items.length === 1 || (error instanceof DependencyUnavailable && !isDeadlock(error))) throw error;
      return [];
    } finally {
      end();
    }
  }

  const loader = new DataLoader<Item, Result | undefined>(
    async (items) => {
      if (givingUp) throw new DatabaseAway({ cause: new Error('the calls before this one took too long') });
      const results = await tryTogether(items);
      return items.map((_, index) => results[index]);
    },
    { cache: false, maxBatchSize: maxTogether, batchScheduleFn: begin },
  );

  return async (item) => {
    const result = await loader.load(item);
    return result === undefined ? alone(item) : result;
  };
}

/** @returns calls of a function that takes several, each named by its place. */
export function numbered<Call extends object>(calls: readonly Call[]): (Call & { item: number })[] {
  return calls.map((call, item) => ({ ...call, item }));
}

/** @returns the rows of such a function in the order of the calls; undefined for a call that it left out. */
export function inOrderOfCalls<Row extends { item: number }>(calls: readonly unknown[], rows: readonly Row[]): (Row | undefined)[] {
  const byItem = new Map(rows.map((row) => [row.item, row]));
  return calls.map((_, item) => byItem.get(item));
}
