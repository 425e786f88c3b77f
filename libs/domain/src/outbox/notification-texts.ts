import type { OverrideReasonCode } from '../moods/override-reason.ts';
import type { PendingNotification } from './ports.ts';

/** `not_kept`: the reason was only in the notification, and is not stored. */
type ToldReason = OverrideReasonCode | 'not_kept';

const overridden: Readonly<Record<ToldReason, string>> = {
  inappropriate_message: 'An administrator changed your mood because its message was inappropriate.',
  policy: 'An administrator changed your mood because it did not follow the platform’s policies.',
  support: 'An administrator changed your mood in answer to a support request.',
  not_kept: 'An administrator changed your mood.',
  other: 'An administrator changed your mood for a reason of policy.',
};

/** The text of a notification, in fixed words: the reason, and the mood. Without the administrator's name and free text. */
export function notificationText(
  notification: Omit<PendingNotification, 'id' | 'modelId' | 'reasonCode'> & { reasonCode: ToldReason | null },
): string {
  switch (notification.type) {
    case 'mood_expired':
      return 'Your mood has ended as you planned and is neutral again.';
    case 'mood_overridden':
      return `${overridden[notification.reasonCode ?? 'other']} ${whichMood(notification)}`;
  }
}

function whichMood({ previousState, newState }: Pick<PendingNotification, 'previousState' | 'newState'>): string {
  return previousState === newState ? `It was ${previousState} and still is.` : `It was ${previousState} and is ${newState} now.`;
}
