import type { NotificationType } from './ports.ts';

/** What a model is told, in fixed words: no admin's name, no free text. */
export const notificationTexts: Readonly<Record<NotificationType, string>> = {
  mood_expired: 'Your mood has ended as you planned and is neutral again.',
  mood_overridden: 'An administrator changed your mood.',
};
