import type { Person, User } from '../platform/people.ts';
import { badgeOf } from './badges.ts';
import { el } from './dom.ts';
import { addressOf } from './place.ts';
import type { Listed } from './platform.ts';

/** From this many on a list can be searched. */
const manyPeople = 12;

/** Rows that stay are not moved: their badges would connect anew, and what has the focus would lose it. */
function showRows(list: HTMLElement, shown: readonly HTMLElement[]): void {
  for (const row of list.querySelectorAll('li')) if (!shown.includes(row)) row.remove();
  for (const [index, row] of shown.entries()) if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
}

export const tierMark = (tier: string): HTMLElement => el('span', { class: `tier ${tier}` }, tier);

/** A field that looks for people while somebody types. */
function searchField(label: string, look: (part: string) => void): HTMLElement {
  const field = el('input', { type: 'search', placeholder: label, 'aria-label': label, autocomplete: 'off' });
  field.addEventListener('input', () => look(field.value.trim()));
  return field;
}

export interface PeopleList {
  readonly element: HTMLElement;
  /** Reads out where one is, and Tab goes on to the models. */
  focus(): void;
  /** The visitor has another tier. */
  rank(tier: string): void;
  show(people: Listed, modelId: string | undefined): void;
}

/** Who the visitor is, and the models with their badges. */
export function createPeopleList(user: User, look: (part: string) => void): PeopleList {
  const models = el('ul', { class: 'models' });
  const search = searchField('Find a model', look);
  const rest = el('p', { class: 'rest' });
  const title = el('h2', { tabindex: -1 }, 'Models');
  let mark = tierMark(user.tier);
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
        el('span', {}, 'You are ', el('strong', {}, user.displayName), ' ', mark),
        el('a', { href: '/' }, 'Change'),
      ),
      title,
      search,
      models,
      rest,
    ),
    focus: () => title.focus(),
    rank(tier) {
      const next = tierMark(tier);
      mark.replaceWith(next);
      mark = next;
    },
    show({ performers, totals }, modelId) {
      search.hidden = totals.performers < manyPeople && rows.size < manyPeople;
      showRows(models, performers.map(rowOf));
      for (const [id, row] of rows) {
        const link = row.querySelector('a');
        if (id === modelId) link?.setAttribute('aria-current', 'page');
        else link?.removeAttribute('aria-current');
      }
      rest.textContent = totals.performers > performers.length ? `${performers.length} of ${totals.performers} are shown.` : '';
    },
  };
}

export interface Chooser {
  readonly element: HTMLElement;
  /** Reads out where one is, and Tab goes on to the users. */
  focus(): void;
  show(people: Listed): void;
}

/** The first page: who do you want to be? */
export function createChooser(look: (part: string) => void): Chooser {
  const list = el('ul', { class: 'cards' });
  const search = searchField('Find a user', look);
  const rest = el('p', { class: 'rest' });
  const title = el('h2', { tabindex: -1 }, 'Who are you?');
  const rows = new Map<string, { row: HTMLElement; link: HTMLElement }>();
  let most = 0;

  function rowOf({ id, displayName, tier }: User): HTMLElement {
    const link = rows.get(id)?.link ?? el('a', { href: addressOf({ userId: id, modelId: undefined }) });
    link.replaceChildren(el('span', {}, displayName), tierMark(tier));
    const row = rows.get(id)?.row ?? el('li', {}, link);
    rows.set(id, { row, link });
    return row;
  }

  return {
    element: el(
      'section',
      { class: 'chooser' },
      title,
      el('p', {}, 'Choose a user of the platform. You will see the models as this user sees them, and can write to them.'),
      search,
      list,
      rest,
    ),
    focus: () => title.focus(),
    show({ users, totals }) {
      most = Math.max(most, totals.users);
      search.hidden = most < manyPeople;
      showRows(list, users.map(rowOf));
      rest.textContent = totals.users > users.length ? `${users.length} of ${totals.users} are shown.` : '';
    },
  };
}
