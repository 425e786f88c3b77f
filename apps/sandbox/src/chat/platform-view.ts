import type { Person, User } from '../platform/people.ts';
import { apiUrl } from './badges.ts';
import { button, byId, el, form, hasFocus } from './dom.ts';
import { createFaultsView } from './faults-view.ts';
import { createHeardLists } from './heard-view.ts';
import { attempt } from './notice.ts';
import { createPlatformPeople } from './platform-people-view.ts';
import { answerAsModel } from './platform.ts';
import type { Listed } from './platform.ts';

export interface PlatformView {
  people(people: Listed): void;
  /** Who talks; undefined when no conversation is open. */
  talk(pair: { user: User; model: Person } | undefined): void;
}

/** The drawer: what stands behind the chat, to look at and to break. */
export function createPlatformView(nameOf: (id: string) => string): PlatformView {
  const drawer = byId('platform');
  const opener = byId('platform-switch');
  const page = byId('page');
  const isNarrow = matchMedia('(max-width: 71.99rem)');

  const people = createPlatformPeople();
  const heard = createHeardLists(nameOf, () => !drawer.hidden);
  const faults = createFaultsView((broken) => {
    opener.textContent = broken === 0 ? 'Platform' : `Platform: ${broken} ${broken === 1 ? 'fault' : 'faults'}`;
    opener.classList.toggle('broken', broken > 0);
  });
  const model = el('div');

  function open(isOpen: boolean): void {
    drawer.hidden = !isOpen;
    opener.setAttribute('aria-expanded', String(isOpen));
    page.classList.toggle('with-platform', isOpen);
    cover();
    if (isOpen) {
      heard.refresh();
      drawer.focus();
    } else opener.focus();
  }
  /** On a narrow screen it covers the chat, which nobody should get into by keyboard then. */
  function cover(): void {
    const covers = !drawer.hidden && isNarrow.matches;
    const chat = [byId('people'), byId('conversation')];
    if (covers && chat.some((part) => hasFocus(part))) drawer.focus();
    for (const part of chat) part.inert = covers;
  }
  opener.addEventListener('click', () => open(drawer.hidden === true));
  isNarrow.addEventListener('change', cover);
  drawer.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') open(false);
  });

  const panel =
    apiUrl === undefined
      ? ''
      : el('p', {}, el('a', { href: `${apiUrl}/panel/`, target: '_blank', rel: 'noreferrer' }, 'Set moods in the panel'));
  drawer.append(
    el(
      'header',
      {},
      el('h2', {}, 'Platform'),
      button('Close', () => open(false), { class: 'quiet' }),
    ),
    el('p', {}, 'The sandbox plays the services of a platform. Here you see what they hear from the mood system, and break them.'),
    panel,
    section('Faults', faults, true),
    model,
    section('People', people.element, true),
    section('What analytics heard', heard.events, true),
    section('What models were told', heard.notices, true),
  );

  return {
    people: people.show,
    talk(pair) {
      model.replaceChildren(...(pair === undefined ? [] : [section(`Play ${pair.model.displayName}`, answerForm(pair), true)]));
    },
  };
}

function section(title: string, content: HTMLElement, isOpen: boolean): HTMLElement {
  return el('details', { open: isOpen }, el('summary', {}, title), content);
}

/** The model writes herself, which makes an automatic reply needless. */
function answerForm({ user, model }: { user: User; model: Person }): HTMLElement {
  const text = el('input', { 'aria-label': `Answer as ${model.displayName}`, required: true, maxlength: 10_000, autocomplete: 'off' });
  text.value = `Hi ${user.displayName}, here I am!`;
  const answer = () => attempt('Answering', () => answerAsModel({ userId: user.id, modelId: model.id }, text.value));
  return form({ class: 'add' }, () => void answer(), text, el('button', { type: 'submit' }, 'Answer'));
}
