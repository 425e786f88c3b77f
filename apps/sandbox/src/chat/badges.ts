import { el } from './dom.ts';
import { tokenOf } from './platform.ts';

/** What `/badge.js` of the mood API defines. */
interface MoodBadgeClass {
  connect(options: { url: string; token: () => Promise<string> }): void;
}

export const apiUrl: string | undefined = document.documentElement.dataset['api'];

/** The badge of a model: empty until the mood API has served its script. */
export function badgeOf(modelId: string): HTMLElement {
  const badge = document.createElement('mood-badge');
  badge.setAttribute('model-id', modelId);
  return badge;
}

/** What a model says with her mood, as long as it lasts. @param badge hers, which knows. */
export function moodMessage(badge: HTMLElement): HTMLElement {
  const message = el('p', { class: 'mood-message' });
  badge.addEventListener('moodchange', (event) => {
    const mood: { customMessage: string | null } | undefined = event instanceof CustomEvent ? event.detail : undefined;
    message.textContent = mood?.customMessage ? `“${mood.customMessage}”` : '';
  });
  return message;
}

/** Lets the badges read moods as this user. */
export async function readMoodsAs(userId: string): Promise<void> {
  if (apiUrl === undefined) return;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the class comes from another server
  const badge = (await customElements.whenDefined('mood-badge')) as unknown as MoodBadgeClass;
  badge.connect({ url: apiUrl, token: () => tokenOf(userId) });
}
