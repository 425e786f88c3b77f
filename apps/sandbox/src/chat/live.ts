import type { Message } from '../platform/messages.ts';
import type { Moment, Report } from '../platform/moments.ts';
import type { ChangingList, ConversationSnapshot } from '../platform/news-desk.ts';

export interface LiveListener {
  /** The conversation as it is: at first, and whenever the connection was lost. */
  conversation(snapshot: ConversationSnapshot): void;
  message(message: Message): void;
  moment(moment: Moment): void;
  report(report: Report | null): void;
}

const onLists = new Set<(lists: readonly ChangingList[]) => void>();
let source: EventSource | undefined;
let wasLost = false;

/** Calls `fetchAgain` when one of the platform's lists has changed, and after the connection was lost. */
export function whenChanged(wanted: readonly ChangingList[], fetchAgain: () => void): void {
  onLists.add((lists) => {
    if (lists.some((list) => wanted.includes(list))) fetchAgain();
  });
}

/** One stream for the page: of a conversation, if one is open, and of the lists. Replaces the one before. */
export function openLive(conversationId: string | undefined, listener: LiveListener | undefined): void {
  source?.close();
  const stream = new EventSource(conversationId === undefined ? '/sandbox/live' : `/sandbox/live?conversationId=${conversationId}`);
  source = stream;
  const on = (event: string, take: (data: string) => void) => {
    stream.addEventListener(event, ({ data }: MessageEvent<string>) => take(data));
  };
  if (listener !== undefined) {
    on('conversation', (data) => listener.conversation(JSON.parse(data)));
    on('message', (data) => listener.message(JSON.parse(data)));
    on('moment', (data) => listener.moment(JSON.parse(data)));
    on('report', (data) => listener.report(JSON.parse(data)));
  }
  on('changed', (data) => tellLists(JSON.parse(data).lists));
  stream.addEventListener('open', () => {
    if (wasLost) tellLists(['people', 'events', 'notifications', 'faults']);
    wasLost = false;
  });
  stream.addEventListener('error', () => (wasLost = true));
}

function tellLists(lists: readonly ChangingList[]): void {
  for (const tell of onLists) tell(lists);
}
