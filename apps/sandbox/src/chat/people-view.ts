import type { Person, User } from '../platform/people.ts';
import { badgeOf } from './badges.ts';
import { el } from './dom.ts';
import { addressOf } from './place.ts';
import type { Listed } from './platform.ts';

/** From this many on a list can be searched. */
const manyPeople = 12;

export const tierMark = (tier: string): HTMLElement => el('span', { class: `tier ${tier}` }, tier);

/** A field that looks for people while somebody types. */
function searchField(label: string, look: (part: string) => void): HTMLElement {
  const field = el('input', { type: 'search', placeholder: label, 'aria-label': label, autocomplete: 'off' });
  field.addEventListener('input', () => look(field.value.trim()));
  return field;
}

export interface PeopleList {
  readonly element: HTMLElement;
  show(people: Listed, modelId: string | undefined): void;
}

/** Who the visitor is, and the models with their badges. */
export function createPeopleList(user: User, look: (part: string) => void): PeopleList {
  const models = el('ul', { class: 'models' });
  const search = searchField('Find a model', look);
  const rest = el('p', { class: 'rest' });
  const rows = new Map<string, HTMLElement>();

  function rowOf(model: Person): HTMLElement {
    const known = rows.get(model.id);
    if (known !== undefined) return known;
    const link = el('a', { href: addressOf({ userId: user.id, modelId: model.id }) }, model.displayName);
    const row = el('li', {}, link, badgeOf(model.id));
    rows.set(model.id, row);
    return row;
  }

  return {
    element: el(
      'div',
      {},
      el(
        'p',
        { class: 'you' },
        el('span', {}, 'You are ', el('strong', {}, user.displayName), ' ', tierMark(user.tier)),
        el('a', { href: '/' }, 'Change'),
      ),
      el('h2', {}, 'Models'),
      search,
      models,
      rest,
    ),
    show({ performers, totals }, modelId) {
      search.hidden = totals.performers < manyPeople && rows.size < manyPeople;
      // Rows that stay are not moved: their badges would connect anew.
      const shown = performers.map(rowOf);
      for (const row of models.querySelectorAll('li')) if (!shown.includes(row)) row.remove();
      for (const [index, row] of shown.entries())
        if (models.children[index] !== row) models.insertBefore(row, models.children[index] ?? null);
      for (const [id, row] of rows) {
        const link = row.querySelector('a');
        if (id === modelId) link?.setAttribute('aria-current', 'page');
        else link?.removeAttribute('aria-current');
      }
      rest.textContent = totals.performers > performers.length ? `${performers.length} of ${totals.performers} are shown.` : '';
    },
  };
}

/** The first page: who do you want to be? */
export function createChooser(look: (part: string) => void): { element: HTMLElement; show: (people: Listed) => void } {
  const list = el('ul', { class: 'cards' });
  const search = searchField('Find a user', look);
  const rest = el('p', { class: 'rest' });
  let most = 0;
  return {
    element: el(
      'section',
      { class: 'chooser' },
      el('h2', {}, 'Who are you?'),
      el('p', {}, 'Choose a user of the platform. You will see the models as this user sees them, and can write to them.'),
      search,
      list,
      rest,
    ),
    show({ users, totals }) {
      most = Math.max(most, totals.users);
      search.hidden = most < manyPeople;
      list.replaceChildren(
        ...users.map(({ id, displayName, tier }) =>
          el('li', {}, el('a', { href: addressOf({ userId: id, modelId: undefined }) }, el('span', {}, displayName), tierMark(tier))),
        ),
      );
      rest.textContent = totals.users > users.length ? `${users.length} of ${totals.users} are shown.` : '';
    },
  };
}
