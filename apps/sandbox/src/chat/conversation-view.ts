import type { Person, User } from '../platform/people.ts';
import { badgeOf, moodMessage } from './badges.ts';
import { button, el, form, hasFocus } from './dom.ts';
import type { LiveListener } from './live.ts';
import { createLog } from './log-view.ts';
import { attempt } from './notice.ts';
import { addressOf } from './place.ts';
import { enter, leave, tip, write } from './platform.ts';
import { createWaitingView } from './waiting-view.ts';

export interface ConversationView {
  readonly element: HTMLElement;
  readonly listener: LiveListener;
  /** Puts the focus where one goes on: on the field to write in, or on the way back into the conversation. */
  focus(): void;
  close(): void;
}

/** A conversation of a user with a model. Who opens it for the first time enters, and is greeted. */
export function createConversation(user: User, model: Person): ConversationView {
  const pair = { userId: user.id, modelId: model.id };
  const names = { user: user.displayName, model: model.displayName };
  const waiting = createWaitingView(model.displayName);
  let log = createLog(names, { messages: [], moments: [], report: null });
  let isFirst = true;

  const leaveButton = button('Leave', () => void attempt('Leaving', () => leave(pair)), { class: 'quiet' });
  const enterButton = button('Enter again', () => void attempt('Entering', () => enter(pair)));
  const outside = el('p', { class: 'outside', hidden: true }, el('span', {}, 'You are not in this conversation.'), enterButton);
  const composer = createComposer(model.displayName, {
    write: async (text) => {
      waiting.wrote();
      return await attempt('Sending', () => write(pair, text));
    },
    tip: (amount) => attempt('Tipping', () => tip(pair, amount)),
  });

  const title = el('h2', { tabindex: -1 }, model.displayName);
  const focus = () => {
    // On a telephone the keyboard would cover what is said.
    if (outside.hidden) (matchMedia('(pointer: coarse)').matches ? title : composer.text).focus();
    else enterButton.focus();
  };
  function show(isIn: boolean): void {
    // What is hidden loses the focus, which has to go on at what took its place.
    const hides = [composer.element, leaveButton, outside].some((one) => hasFocus(one)) && outside.hidden !== isIn;
    outside.hidden = isIn;
    composer.element.hidden = !isIn;
    leaveButton.hidden = !isIn;
    if (hides) focus();
  }
  show(true);

  const badge = badgeOf(model.id);
  const element = el(
    'section',
    { class: 'talk', 'aria-label': model.displayName },
    el(
      'header',
      { class: 'with' },
      el('a', { class: 'back', href: addressOf({ userId: user.id, modelId: undefined }) }, '‹ Models'),
      title,
      badge,
      leaveButton,
      moodMessage(badge),
    ),
    log.element,
    waiting.element,
    outside,
    composer.element,
  );

  return {
    element,
    listener: {
      conversation(snapshot) {
        const next = createLog(names, snapshot);
        const isRead = hasFocus(log.element);
        log.element.replaceWith(next.element);
        log = next;
        if (isRead) log.element.focus();
        log.toEnd();
        waiting.show(snapshot.report);
        const last = snapshot.moments.findLast(({ what }) => what !== 'tipped');
        const enters = isFirst && last === undefined;
        isFirst = false;
        show(enters || last?.what === 'entered');
        if (enters) void attempt('Entering', () => enter(pair));
      },
      message: (message) => log.message(message),
      moment(moment) {
        log.moment(moment);
        if (moment.what !== 'tipped') show(moment.what === 'entered');
      },
      report: (report) => waiting.show(report),
    },
    focus,
    close: () => waiting.stop(),
  };
}

interface ComposerActions {
  /** @returns whether it was sent. */
  write: (text: string) => Promise<boolean>;
  tip: (amount: number) => Promise<unknown>;
}

function createComposer(modelName: string, actions: ComposerActions): { element: HTMLElement; text: HTMLTextAreaElement } {
  const text = el('textarea', {
    rows: 2,
    maxlength: 10_000,
    'aria-label': `Message to ${modelName}`,
    placeholder: `Write to ${modelName}…`,
  });
  const amount = el('input', { type: 'number', min: 1, max: 1_000_000, step: 'any', value: 20, 'aria-label': 'Tip in dollars' });

  async function send(): Promise<void> {
    const words = text.value;
    if (words.trim() === '') return;
    text.value = '';
    // Also when the button was pressed: the next message follows.
    text.focus();
    // What was not sent is not lost, unless something else stands there by now.
    if (!(await actions.write(words)) && text.value === '') text.value = words;
  }
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });

  const element = el(
    'div',
    { class: 'composer' },
    form({ class: 'write' }, () => void send(), text, el('button', { type: 'submit' }, 'Send')),
    form(
      { class: 'tip' },
      () => void actions.tip(amount.valueAsNumber),
      el('span', { 'aria-hidden': true }, '$'),
      amount,
      el('button', { type: 'submit', class: 'quiet' }, 'Tip'),
    ),
  );
  return { element, text };
}
