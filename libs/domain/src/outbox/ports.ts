import type { ChangedBy, MoodState } from '../moods/mood.ts';
import type { OverrideReasonCode } from '../moods/override-reason.ts';
import type { UserTier } from '../templates/template.ts';

/**
 * Something that was promised in the transaction of a change and has to take effect: the mood's end, an automatic reply, or that somebody
 * is told.
 */
export interface OutboxPromise {
  id: string;
  /** A key of `promiseKinds` in libs/queue, which says what becomes of it. */
  kind: string;
  modelId: string;
  /** The job that keeps it, chosen when it was claimed. */
  jobId: string;
  /** The version of the mood that the promise is about; null for promises about something else. */
  version: number | null;
  /** Milliseconds until it is due by the database's clock; negative when it is overdue. */
  remainingMs: number;
}

/**
 * How the id of a job is made. `per-promise`: a job for each promise, with a new id at each publication. `per-model`: one job for a model;
 * a newer promise replaces it. `per-claim`: the promises of a claim share jobs, up to 100 in each.
 */
export interface JobIdRule {
  prefix: string;
  one: 'per-promise' | 'per-model' | 'per-claim';
}

/** What the outbox has to know of a kind of promise to publish it. */
export interface PublicationRule {
  queue: string;
  jobId: JobIdRule;
}

interface EventBase {
  id: string;
  modelId: string;
  /** When it took effect. */
  timestamp: string;
}

export interface MoodChangedEvent extends EventBase {
  kind: 'mood-changed';
  version: number;
  previousState: MoodState;
  newState: MoodState;
  changedBy: ChangedBy;
  /** When it was written: later than `timestamp` for a mood that ended while no worker ran. */
  recordedAt: string;
}

/** An automatic reply has reached the message service: which template, and which variant of an experiment, it was made from. */
export interface AutoReplySentEvent extends EventBase {
  kind: 'auto-reply-sent';
  autoReplyId: string;
  conversationId: string;
  moodState: MoodState;
  tierLevel: UserTier | null;
  /** null for a built-in text. */
  templateId: string | null;
  templateVersion: number | null;
  experiment: string | null;
}

/** What analytics is told of. */
export type OutboxEvent = MoodChangedEvent | AutoReplySentEvent;

export type NotificationType = 'mood_expired' | 'mood_overridden';

export interface PendingNotification {
  id: string;
  modelId: string;
  type: NotificationType;
  /** The mood before the change, and after it. */
  previousState: MoodState;
  newState: MoodState;
  /** Of an override. */
  reasonCode: OverrideReasonCode | null;
}

/** What has been published and not confirmed within its time. */
export interface OverduePromise {
  id: string;
  kind: string;
  queue: string;
  jobId: string;
}

/** Promises live here until their effect is confirmed. Claims of several processes never overlap. */
export interface OutboxStore {
  /**
   * Takes up to `limit` unpublished promises, oldest first, and as many ends of moods that are due within ten minutes, and gives each a
   * job id.
   */
  claim(limit: number): Promise<OutboxPromise[]>;
  /**
   * Takes up to `limit` published promises that are to be checked, for as long as a check takes: overdue ones, and once, shortly before
   * they are due, those that had to wait.
   */
  claimOverdue(limit: number): Promise<OverduePromise[]>;
  /** Their jobs are there, and go on: the next check is due later every time. */
  putOff(ids: readonly string[]): Promise<void>;
  /** Their jobs are gone or were never added: they are to be published again. */
  release(ids: readonly string[]): Promise<void>;
  /** Their jobs failed for good: left alone until an operator retries the job. */
  markFailed(ids: readonly string[]): Promise<void>;
  /** The effect happened: the promises are kept and leave the table. */
  confirm(ids: readonly string[]): Promise<void>;
  /** The events of these ids that are still promised. */
  findEvents(ids: readonly string[]): Promise<OutboxEvent[]>;
  /** null when it was confirmed already. */
  findNotification(id: string): Promise<PendingNotification | null>;
}
