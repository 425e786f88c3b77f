/** Something that the story promised did not happen. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken';
}

/** Tells what happens, step by step, and holds it against what should happen. */
export interface Story {
  title(text: string): void;
  /** Something happened; details are the real values. */
  tell(text: string, details?: Readonly<Record<string, string>>): void;
  /** @throws PromiseBroken when it does not hold. */
  expect(holds: boolean, promise: string, found: string): void;
}

export function createStory(write: (line: string) => void): Story {
  return {
    title(text) {
      write(`\n${text}`);
    },
    tell(text, details = {}) {
      write(`  • ${text}`);
      for (const [name, value] of Object.entries(details)) write(`      ${name}: ${value}`);
    },
    expect(holds, promise, found) {
      if (!holds) throw new PromiseBroken(`Expected: ${promise}. Found: ${found}.`);
      write(`    ✓ ${promise} (${found})`);
    },
  };
}

const pollMs = 25;

/** Looks until what is found is wanted, or the time is over. @returns the last finding. */
export async function watch<T>(look: () => Promise<T>, wanted: (found: T) => boolean, forMs: number): Promise<T> {
  const deadline = Date.now() + forMs;
  for (;;) {
    const found = await look();
    if (wanted(found) || Date.now() > deadline) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
  }
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(2)} s`;
