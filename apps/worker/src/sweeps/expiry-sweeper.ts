import { createLoop } from '@mood/runtime';
import type { Service } from '@mood/runtime';
import type { WorkerDependencies } from '../dependencies.ts';

const batchSize = 200;
/** Resets at a time: each takes a connection. */
const parallel = 4;

/** Resets, in SQL, moods whose expiry job the queue lost. */
export function createExpirySweeper(deps: Pick<WorkerDependencies, 'moods' | 'logger'>, everyMs: number): Service {
  return createLoop({
    name: 'expiry sweeper',
    idleMs: everyMs,
    logger: deps.logger,
    async round(signal) {
      const overdue = await deps.moods.findOverdue(batchSize);
      for (let start = 0; start < overdue.length && !signal.aborted; start += parallel) {
        await Promise.all(overdue.slice(start, start + parallel).map(({ modelId, version }) => deps.moods.expire(modelId, version)));
      }
      return overdue.length === batchSize ? 'more' : 'idle';
    },
  });
}
