import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { waitOrLater } from './wait-or-later.ts';

/** A mood's time is over: resets it, unless a newer one is in place. */
export function createExpireMoodJob(deps: WorkerDependencies): JobHandler<'expire-mood'> {
  return async ({ modelId, version }, { signal }) => {
    for (;;) {
      const outcome = await deps.moods.expire(modelId, version);
      switch (outcome.kind) {
        case 'reset':
          return { kind: 'done', result: 'reset' };
        case 'superseded':
          return { kind: 'cancel', reason: 'superseded' };
        case 'not_due': {
          const next = await waitOrLater(outcome.remainingMs, signal);
          if (next !== 'again') return next;
        }
      }
    }
  };
}
