import type { Checkpoint, CheckpointTail } from './checkpoint.ts';

/** Reads a checkpoint along with a walk through the log, which comes to the models in the same order. */
export function createTailReader(checkpoint: Checkpoint) {
  const batches = checkpoint.tails();
  let ready: CheckpointTail[] = [];
  let at = 0;
  return {
    /** Those that were not taken yet, up to and with a model's. @throws CheckpointError when it was changed since it was opened. */
    async takeThrough(modelId: string): Promise<CheckpointTail[]> {
      const taken: CheckpointTail[] = [];
      for (;;) {
        const from = at;
        while (at < ready.length && (ready[at]?.modelId ?? '') <= modelId) at += 1;
        for (const tail of ready.slice(from, at)) taken.push(tail);
        if (at < ready.length) return taken;
        const next = await batches.next();
        if (next.done === true) return taken;
        [ready, at] = [next.value, 0];
      }
    },
  };
}
