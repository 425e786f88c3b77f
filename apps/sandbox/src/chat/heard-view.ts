import type { Notification } from '../platform/messages.ts';
import { el, time, withTimes } from './dom.ts';
import { whenChanged } from './live.ts';
import { listEvents, listNotices } from './platform.ts';
import type { HeardEvent } from './platform.ts';

const shown = 30;

interface HeardList {
  readonly element: HTMLElement;
  refresh(): void;
}

/** The newest things of a kind that the mood system has told the platform; fetched while somebody looks. */
function createHeardList<T>(
  title: string,
  fetchThem: (limit: number) => Promise<T[]>,
  row: (item: T) => HTMLElement,
  nothing: string,
): HeardList {
  // It scrolls, which has to work by keyboard.
  const element = el('ol', { class: 'heard', tabindex: 0, 'aria-label': title });
  let asked = 0;
  async function show(): Promise<void> {
    const mine = ++asked;
    const items = await fetchThem(shown).catch(() => undefined);
    if (items === undefined || mine !== asked) return;
    const rows = items.length === 0 ? [el('li', { class: 'nothing' }, nothing)] : items.toReversed().map(row);
    element.replaceChildren(...rows);
  }
  return { element, refresh: () => void show() };
}

/** @param nameOf of a model or a user, by id. @param isOpen whether anybody looks. */
export function createHeardLists(nameOf: (id: string) => string, isOpen: () => boolean) {
  const events = createHeardList(
    'Events',
    listEvents,
    (event) => eventRow(event, nameOf),
    'Nothing yet. Set a mood, or write to somebody.',
  );
  const notices = createHeardList('Notices', listNotices, (notice) => noticeRow(notice, nameOf), 'No model was told anything yet.');
  whenChanged(['events'], () => isOpen() && events.refresh());
  whenChanged(['notifications'], () => isOpen() && notices.refresh());
  return {
    events: events.element,
    notices: notices.element,
    refresh() {
      events.refresh();
      notices.refresh();
    },
  };
}

function noticeRow({ recipientId, type, text, sentAt }: Notification, nameOf: (id: string) => string): HTMLElement {
  return el(
    'li',
    {},
    el('p', { class: 'meta' }, el('strong', {}, nameOf(recipientId)), el('span', { class: 'mark' }, type), time(sentAt)),
    el('p', {}, text),
  );
}

function eventRow(event: HeardEvent, nameOf: (id: string) => string): HTMLElement {
  const who = event.modelId === null ? 'the platform' : nameOf(event.modelId);
  return el(
    'li',
    {},
    el('p', { class: 'meta' }, el('strong', {}, who), el('span', { class: 'mark' }, event.eventType), time(event.timestamp)),
    el('p', { class: 'details' }, detailsOf(event)),
  );
}

const inHead = new Set(['eventId', 'eventType', 'modelId', 'timestamp', 'recordedAt']);

/** What an event says besides, in short. */
function detailsOf(event: HeardEvent): string {
  const { previousState, newState, ...others } = event;
  const change = typeof previousState === 'string' && typeof newState === 'string' ? [`${previousState} → ${newState}`] : [];
  const rest = Object.entries(others).flatMap(([name, value]) =>
    (typeof value === 'string' || typeof value === 'number') && !inHead.has(name) && !name.endsWith('Id')
      ? [`${name}: ${withTimes(String(value))}`]
      : [],
  );
  return [...change, ...rest].join(' · ');
}
