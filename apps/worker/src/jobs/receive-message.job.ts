import { receiveMessage } from '@mood/domain';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';

/** The message service reports a message. The relay schedules the reply, if there is to be one. */
export function createReceiveMessageJob(deps: WorkerDependencies): JobHandler<'message-received'> {
  return async (data) => {
    const outcome = await receiveMessage(deps, { ...data, receivedAt: new Date(data.receivedAt) });
    return outcome.kind === 'ignored' ? { kind: 'cancel', reason: outcome.reason } : { kind: 'done', result: outcome.kind };
  };
}
