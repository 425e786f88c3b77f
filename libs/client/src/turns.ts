/** Lets so many works run at a time; the others wait for their turn, first come, first served. */
export interface Turns {
  /** @throws what the work throws, or what `end` was given when its turn had not come by then. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Nobody gets a turn any more. */
  end(reason: Error): void;
}

export function createTurns(atATime: number): Turns {
  const waiting: { go: () => void; giveUp: (reason: Error) => void }[] = [];
  let running = 0;
  let ended: Error | undefined;

  return {
    async take(work) {
      if (ended !== undefined) throw ended;
      if (running >= atATime) await new Promise<void>((go, giveUp) => void waiting.push({ go, giveUp }));
      else running += 1;
      try {
        return await work();
      } finally {
        // The turn is handed on as it is: whoever comes in between does not overtake those who wait.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next.go();
      }
    },
    end(reason) {
      ended = reason;
      for (const { giveUp } of waiting.splice(0)) giveUp(reason);
    },
  };
}
