import type { Message } from '../platform/messages.ts';
import type { Moment } from '../platform/moments.ts';
import type { ConversationSnapshot } from '../platform/news-desk.ts';
import { el, time } from './dom.ts';

const occasions = { greeting: 'Greeting', farewell: 'Farewell', tip_thank_you: 'Thanks' } as const;

export interface Names {
  user: string;
  model: string;
}

/** What is said in a conversation. A new one is made for each snapshot, so that nobody is read the past as if it were news. */
export function createLog(names: Names, { messages, moments }: ConversationSnapshot) {
  const element = el('div', { class: 'log', role: 'log', tabindex: 0, 'aria-label': `Conversation with ${names.model}` });
  const dated: { at: string; row: HTMLElement }[] = [
    ...messages.map((message) => ({ at: message.sentAt, row: messageRow(names, message) })),
    ...moments.map((moment) => ({ at: moment.at, row: momentRow(names, moment) })),
  ];
  dated.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  element.append(...dated.map(({ row }) => row));

  let isAtEnd = true;
  const toEnd = () => (element.scrollTop = element.scrollHeight);
  element.addEventListener('scroll', () => (isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 80));
  // Whoever reads the newest goes on to see it when what stands below takes more room.
  new ResizeObserver(() => isAtEnd && toEnd()).observe(element);
  function add(row: HTMLElement): void {
    element.append(row);
    if (isAtEnd) toEnd();
  }

  return {
    element,
    toEnd,
    message: (message: Message) => add(messageRow(names, message)),
    moment: (moment: Moment) => add(momentRow(names, moment)),
  };
}

function messageRow(names: Names, message: Message): HTMLElement {
  const isMine = message.senderType === 'user';
  const mark = message.occasion === undefined ? (message.automated ? 'Automatic reply' : undefined) : occasions[message.occasion];
  return el(
    'div',
    { class: `message ${isMine ? 'mine' : 'theirs'}` },
    el(
      'p',
      { class: 'meta' },
      el('span', { class: 'who' }, isMine ? names.user : names.model),
      mark === undefined ? undefined : el('span', { class: 'mark' }, mark),
      message.degraded === true
        ? el('span', { class: 'mark degraded', title: 'The mood system did not answer: the client said this by itself.' }, 'neutral words')
        : undefined,
      time(message.sentAt),
    ),
    el('p', { class: 'text' }, message.text),
  );
}

function momentRow(names: Names, moment: Moment): HTMLElement {
  return el('p', { class: 'moment' }, `${names.user} ${doing(moment)} · `, time(moment.at));
}

function doing({ what, amount, currency }: Moment): string {
  switch (what) {
    case 'entered':
      return 'entered';
    case 'left':
      return 'left';
    case 'tipped':
      return `tipped ${currency ?? ''}${amount ?? ''}`;
  }
}
