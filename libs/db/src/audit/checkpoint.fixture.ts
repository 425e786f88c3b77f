import { readCheckpoint } from './checkpoint.ts';
import type { Checkpoint, CheckpointTail } from './checkpoint.ts';
import type { MasterKeys } from './master-keys.ts';

export async function* oneByOne<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Reads a checkpoint to its end. */
export async function readTails(checkpoint: Checkpoint): Promise<CheckpointTail[]> {
  const tails: CheckpointTail[] = [];
  for await (const some of checkpoint.tails()) tails.push(...some);
  return tails;
}

/** As from a file that arrives in pieces. */
export function readCheckpointText(text: string, keys: MasterKeys, pieces = 100): Promise<Checkpoint> {
  const parts = Array.from({ length: Math.ceil(text.length / pieces) }, (_, n) => text.slice(n * pieces, (n + 1) * pieces));
  return readCheckpoint(() => oneByOne(parts), keys);
}
