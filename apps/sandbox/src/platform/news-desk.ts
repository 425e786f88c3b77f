import type { Message } from './messages.ts';
import type { Moment, Report } from './moments.ts';

/** What the platform page has lists of; who looks at one fetches it again. */
export type ChangingList = 'people' | 'events' | 'notifications' | 'faults';

/** Something that has just happened on the platform. */
export type News =
  | { kind: 'message'; conversationId: string; message: Message }
  | { kind: 'moment'; conversationId: string; moment: Moment }
  /** null: nothing is waited for any more. */
  | { kind: 'report'; conversationId: string; report: Report | null }
  | { kind: 'changed'; list: ChangingList }
  | { kind: 'reset' };

/** A conversation as it is: the first event of a stream, also after a connection was lost. */
export interface ConversationSnapshot {
  messages: Message[];
  moments: Moment[];
  report: Report | null;
}

export interface NewsDesk {
  tell(news: News): void;
  /** @returns what ends it. */
  listen(listener: (news: News) => void): () => void;
}

/** Passes on what happens to the pages that are open. Costs next to nothing while none is. */
export function createNewsDesk(): NewsDesk {
  const listeners = new Set<(news: News) => void>();
  return {
    tell(news) {
      for (const listener of listeners) listener(news);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
