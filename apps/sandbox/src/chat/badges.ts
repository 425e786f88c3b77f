import { el } from './dom.ts';
import { tokenOf } from './platform.ts';

/** What `/badge.js` of the mood API defines. */
interface MoodBadgeClass {
  connect(options: { url: string; token: () => Promise<string> }): unknown;
}

let userId: string | undefined;

export const apiUrl: string | undefined = document.documentElement.dataset['api'];

/** The badge of a model: empty until the mood API has served its script. */
export function badgeOf(modelId: string): HTMLElement {
  const badge = document.createElement('mood-badge');
  badge.setAttribute('model-id', modelId);
  return badge;
}

/** Lets the badges read moods as this user. */
export async function readMoodsAs(user: string): Promise<void> {
  const isFirst = userId === undefined;
  userId = user;
  if (!isFirst || apiUrl === undefined) return;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the class comes from another server
  const badge = (await customElements.whenDefined('mood-badge')) as unknown as MoodBadgeClass;
  badge.connect({ url: apiUrl, token: () => tokenOf(userId ?? user) });
}

/** What a model wants to say with her mood. */
export function moodMessage(): HTMLElement {
  return el('p', { class: 'mood-message' });
}
