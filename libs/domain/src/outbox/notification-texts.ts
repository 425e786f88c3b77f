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

/** `holdEnded` is false when it is left out. */
type Told = Omit<PendingNotification, 'id' | 'modelId' | 'reasonCode' | 'holdEnded'> & {
  reasonCode: ToldReason | null;
  holdEnded?: boolean;
};

/** The text of a notification, in fixed words: the reason, the mood, and the end of a hold. Without the administrator's name and free text. */
export function notificationText(notification: Told): string {
  switch (notification.type) {
    case 'mood_expired':
      return 'Your mood has ended as you planned and is neutral again.';
    case 'mood_overridden':
      return overriddenText(notification);
  }
}

/** Whoever ends a hold and gives no reason of its own has changed nothing else, as far as the moods tell. */
function overriddenText({ reasonCode, holdEnded = false, ...moods }: Told): string {
  const reason = reasonCode ?? 'other';
  const endsHoldAlone = moods.previousState === moods.newState && (reason === 'other' || reason === 'not_kept');
  if (holdEnded && endsHoldAlone) return `An administrator has ended the hold: you can change your mood again. ${whichMood(moods)}`;
  return `${overridden[reason]} ${whichMood(moods)}${holdEnded ? ' The hold has ended: you can change your mood again.' : ''}`;
}

function whichMood({ previousState, newState }: Pick<PendingNotification, 'previousState' | 'newState'>): string {
  return previousState === newState ? `It was ${previousState} and still is.` : `It was ${previousState} and is ${newState} now.`;
}
