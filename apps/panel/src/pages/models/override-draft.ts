import type { modelDetailsSchema } from '@mood/contract/model-details';
import type { moodOverrideSchema } from '@mood/contract/moderation';
import { codePointLength, maxCustomMessageLength, maxHoldMinutes, notificationText } from '@mood/domain/vocabulary';
import type { z } from 'zod';
import { isReason } from '../../ui/reason.ts';
import { model as words } from '../../words/en/model.ts';

/** What an override replaces, and taking it back restores. */
export type Before = Pick<z.output<typeof modelDetailsSchema>, 'mood' | 'heldUntil'>;
type MoodState = Before['mood']['moodState'];
export type OverrideBody = z.input<typeof moodOverrideSchema>;
type Code = keyof typeof words.codes;
export type Hold = keyof typeof words.holds;

/** What the form of an override holds. */
export interface OverrideDraft {
  moodState: MoodState;
  customMessage: string;
  autoRespond: boolean;
  /** Empty: not chosen yet. It decides what the model is told, so nothing is taken for granted. */
  reasonCode: Code | '';
  reason: string;
  hold: Hold;
  /** Where the hold is one of its own. */
  minutes: string;
}

export const emptyDraft: OverrideDraft = {
  moodState: 'neutral',
  customMessage: '',
  autoRespond: false,
  reasonCode: '',
  reason: '',
  hold: '0',
  minutes: '',
};

/** Minutes of the hold; null for a number that cannot be. */
export function minutesOf({ hold, minutes }: Pick<OverrideDraft, 'hold' | 'minutes'>): number | null {
  const chosen = Number(hold === 'own' ? minutes : hold);
  const least = hold === 'own' ? 1 : 0;
  return Number.isInteger(chosen) && chosen >= least && chosen <= maxHoldMinutes ? chosen : null;
}

export const isTooLong = (message: string): boolean => codePointLength(message) > maxCustomMessageLength;

/** The request that a draft means; null while something is missing or wrong. */
export function bodyOf(draft: OverrideDraft): OverrideBody | null {
  const holdMinutes = minutesOf(draft);
  const { moodState, autoRespond, reasonCode, reason, customMessage } = draft;
  if (holdMinutes === null || reasonCode === '' || !isReason(reason) || isTooLong(customMessage)) return null;
  const message = customMessage.trim();
  return { moodState, customMessage: message === '' ? null : message, autoRespond, reasonCode, reason: reason.trim(), holdMinutes };
}

/**
 * What the model will be told, in the words that the system sends; null while it is not chosen what it is about.
 * @param holdEnded a hold of now ends by it.
 */
export const toldText = (
  { moodState, reasonCode }: Pick<OverrideDraft, 'moodState' | 'reasonCode'>,
  previousState: MoodState,
  holdEnded = false,
) => (reasonCode === '' ? null : notificationText({ type: 'mood_overridden', reasonCode, previousState, newState: moodState, holdEnded }));

/**
 * What puts a mood back as it was, with its hold and its end as far as they are still to come.
 * @param reason of what is taken back.
 */
export function bodyToTakeBack({ mood, heldUntil }: Before, reason: string, now: Date): OverrideBody {
  const { moodState, customMessage, autoRespond, expiresAt } = mood;
  const left = heldUntil === null ? 0 : Math.ceil((Date.parse(heldUntil) - now.getTime()) / 60_000);
  return {
    moodState,
    customMessage,
    autoRespond,
    expiresAt: expiresAt !== null && Date.parse(expiresAt) > now.getTime() ? expiresAt : null,
    reasonCode: 'other',
    reason: Array.from(words.undone(reason)).slice(0, 500).join(''),
    holdMinutes: Math.min(maxHoldMinutes, Math.max(0, left)),
  };
}
