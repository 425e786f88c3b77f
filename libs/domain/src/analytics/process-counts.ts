import type { IgnoreReason } from '../auto-replies/auto-reply.ts';
import type { RenderedMessages } from '../outbox/ports.ts';

/** What processes count themselves, because no row of a table tells it: each by its groups (docs/glossary.md, "process counts"). */
interface CountedGroups {
  /** Requests above a limit: the 50 changes an hour, refused requests in a minute, requests in a minute. */
  limit_hits: 'changes' | 'refused_requests' | 'requests';
  /** Texts that the content policy forbids, by the kind of what was found first. */
  content_refusals: string;
  /** Requests without a valid token (401), by what was wrong with it. */
  auth_failures: string;
  /** Requests with the wrong role or scope (403), by method and route pattern. */
  forbidden: string;
  /** Messages by what they were for and their template (`templateGroup`): made, not made, and better templates that lacked a value. */
  templates_rendered: string;
  templates_failed: string;
  templates_skipped: string;
  /** Reported messages of users, and why some of them get no automatic reply. A message that is reported twice counts twice. */
  replies_reported: '';
  replies_ignored: IgnoreReason;
}

/** Counts in memory what is stored some seconds later. Groups are of closed sets: an address, a token or a text is none. */
export interface ProcessCounter {
  /** @param modelId of the model that did it; null when it was somebody else. */
  count<Metric extends keyof CountedGroups>(metric: Metric, group: CountedGroups[Metric], modelId: string | null): void;
}

/** Counts messages in memory, and tells analytics of them some seconds later. */
export interface RenderedCounter {
  /** A message was rendered for a user of the model, for the event `message_rendered`. */
  rendered(message: Omit<RenderedMessages, 'count' | 'timestamp'>): void;
}
