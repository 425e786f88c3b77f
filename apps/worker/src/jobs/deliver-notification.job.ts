import { notificationText, RefusedByService } from '@mood/domain';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';

/** Tells a model what happened to its mood. */
export function createDeliverNotificationJob(deps: WorkerDependencies): JobHandler<'deliver-notification'> {
  return async ({ notificationId }, { lastAttempt }) => {
    const notification = await deps.outbox.findNotification(notificationId);
    if (notification === null) return { kind: 'cancel', reason: 'told already' };
    const { id, modelId, type } = notification;
    try {
      await deps.messages.notify({ recipientId: modelId, type, text: notificationText(notification) }, id);
    } catch (error) {
      if (lastAttempt || error instanceof RefusedByService) await deps.outbox.markFailed([id]);
      throw error;
    }
    await deps.outbox.confirm([id]);
    return { kind: 'done' };
  };
}
