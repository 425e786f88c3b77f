import { el, form, select } from './dom.ts';
import { attempt, say } from './notice.ts';
import type { Tier } from '../platform/people.ts';
import { addPerformer, addUser, changeTier } from './platform.ts';
import type { Listed } from './platform.ts';

const tiers: readonly Tier[] = ['free', 'bronze', 'silver', 'gold', 'platinum'];
const isTier = (text: string): text is Tier => tiers.some((tier) => tier === text);

/** Adds users and models, and changes tiers. */
export function createPlatformPeople(): { element: HTMLElement; show: (people: Listed) => void } {
  const list = el('ul', { class: 'tiers' });
  const rows = new Map<string, { row: HTMLElement; tier: HTMLSelectElement }>();

  const name = el('input', {
    name: 'name',
    required: true,
    maxlength: 100,
    'aria-label': 'Name',
    placeholder: 'Name',
    autocomplete: 'off',
  });
  const kind = select('What they are', ['model', ...tiers.map((tier) => `user, ${tier}`)], 'user, free');
  async function add(): Promise<void> {
    const tier = kind.value.replace('user, ', '');
    const added = await attempt('Adding', () => (isTier(tier) ? addUser(name.value, tier) : addPerformer(name.value)));
    if (!added) return;
    say(`${name.value} was added.`);
    name.value = '';
    name.focus();
  }

  function rowOf(id: string, displayName: string) {
    const tier = select(`Tier of ${displayName}`, tiers, 'free');
    tier.addEventListener('change', () => {
      const wanted = tier.value;
      if (isTier(wanted)) void attempt('Changing the tier', () => changeTier(id, wanted));
    });
    return { row: el('li', {}, el('span', {}, displayName), tier), tier };
  }

  return {
    element: el(
      'div',
      {},
      form({ class: 'add' }, () => void add(), name, kind, el('button', { type: 'submit' }, 'Add')),
      list,
    ),
    show({ users }) {
      for (const { id, displayName, tier } of users) {
        const known = rows.get(id) ?? rowOf(id, displayName);
        rows.set(id, known);
        known.tier.value = tier;
        if (!known.row.isConnected) list.append(known.row);
      }
    },
  };
}
