import type { Deployment } from './deployment.ts';
import type { People } from './people.ts';

export interface Context {
  system: Deployment;
  people: People;
  /** The folder of this run. */
  folder: string;
  say(line: string): void;
}

/** Something that has to be true of a system that runs in containers. */
export interface Check {
  name: string;
  /** @returns what was measured. @throws with what is wrong. */
  run(context: Context): Promise<string>;
}

/** @throws with these words, and what was found, when it does not hold. */
export function must(holds: boolean, words: string, found?: unknown): asserts holds {
  if (!holds) throw new Error(found === undefined ? words : `${words}: ${typeof found === 'string' ? found : JSON.stringify(found)}`);
}
