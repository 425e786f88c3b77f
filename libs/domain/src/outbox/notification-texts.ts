import type { OverrideReasonCode } from '../moods/override-reason.ts';
import type { PendingNotification } from './ports.ts';

const overridden: Readonly<Record<OverrideReasonCode, string>> = {
  inappropriate_message: 'An administrator changed your mood because its message was inappropriate.',
  policy: 'An administrator changed your mood because it did not follow the platform’s policies.',
  support: 'An administrator changed your mood in answer to a support request.',
  other: 'An administrator changed your mood.',
};

/** What a model is told, in fixed words: no administrator's name, no free text. */
export function notificationText(notification: Pick<PendingNotification, 'type' | 'reasonCode'>): string {
  switch (notification.type) {
    case 'mood_expired':
      return 'Your mood has ended as you planned and is neutral again.';
    case 'mood_overridden':
      return overridden[notification.reasonCode ?? 'other'];
  }
}
