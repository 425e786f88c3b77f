import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { createRecentLog } from './recent-log.ts';

/** Something in a conversation that is no message: the user comes, goes or tips. */
export interface Moment {
  id: string;
  conversationId: string;
  userId: string;
  what: 'entered' | 'left' | 'tipped';
  /** Of a tip. */
  amount?: number;
  currency?: string;
  /** ISO 8601. */
  at: string;
}

/** What became of the report of a user's message. */
export interface Report {
  messageId: string;
  /** `scheduled`, `joined` or `ignored` as the mood system says, or `lost`. */
  status: string;
  /** ISO 8601; when the automatic reply is due. */
  dueAt: string | null;
  /** Why there is no reply, or why the report was lost. */
  reason: string | null;
}

export interface Moments {
  add(moment: Moment): void;
  under(conversationId: string): Moment[];
  /** Of the newest message of a conversation that waits for something; undefined when none does. */
  reportOf(conversationId: string): Report | undefined;
  reported(conversationId: string, report: Report): void;
  /** Somebody has answered: nothing is waited for any more. */
  answered(conversationId: string): void;
  clear(): void;
}

export interface MomentsOptions {
  onMoment: (moment: Moment) => void;
  /** With null when nothing is waited for any more. */
  onReport: (conversationId: string, report: Report | null) => void;
}

/** Remembers what happens in conversations beside their messages, until the sandbox stops. */
export function createMoments({ onMoment, onReport }: MomentsOptions): Moments {
  const log = createRecentLog<Moment>({ capacity: 20_000, indexOf: ({ conversationId }) => conversationId });
  const reports = new LRUCache<string, Report>(roomFor(5_000));
  return {
    add(moment) {
      log.add(moment);
      onMoment(moment);
    },
    under: (conversationId) => log.under(conversationId),
    reportOf: (conversationId) => reports.get(conversationId),
    reported(conversationId, report) {
      reports.set(conversationId, report);
      onReport(conversationId, report);
    },
    answered(conversationId) {
      if (reports.delete(conversationId)) onReport(conversationId, null);
    },
    clear() {
      log.clear();
      reports.clear();
    },
  };
}
