import type { AbuseRule } from '../abuse/alerts.ts';
import type { ChangedBy, MoodState } from '../moods/mood.ts';
import type { OverrideReasonCode } from '../moods/override-reason.ts';
import type { TemplateType, UserTier } from '../templates/template.ts';

/**
 * A row of the outbox, written in the transaction of a change: an effect that has to follow (a mood's end, an automatic reply, an event or
 * a notification).
 */
export interface OutboxPromise {
  id: string;
  /** A key of `promiseKinds` in libs/queue, which defines how the promise is kept. */
  kind: string;
  modelId: string;
  /** The job that keeps the promise, chosen at the claim. */
  jobId: string;
  /** The mood version of the promise; null for promises that are not about a mood. */
  version: number | null;
  /** Milliseconds until it is due by the database's clock; negative when it is overdue. */
  remainingMs: number;
}

/**
 * How job ids are made. `per-promise`: a job per promise, with a new id for each publication. `per-model`: one job per model; a newer
 * promise replaces it. `per-claim`: the promises of a claim share jobs, up to 100 in each.
 */
export interface JobIdRule {
  prefix: string;
  one: 'per-promise' | 'per-model' | 'per-claim';
}

/** What the outbox needs to know about a kind of promise. */
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
  /** Only for an override. */
  reasonCode: OverrideReasonCode | null;
  /** When it was recorded: later than `timestamp` for a mood that ended while no worker ran. */
  recordedAt: string;
}

/** An automatic reply has reached the message service, with the template and the experiment's variant it was made from. */
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

/** The user has written again after an automatic reply: the first message since it was sent. */
export interface AutoReplyEngagedEvent extends EventBase {
  kind: 'auto-reply-engaged';
  autoReplyId: string;
  conversationId: string;
  /** When the reply was sent. */
  sentAt: string;
}

/** A model was refused a change because of the hourly limit, for the first time in a quarter of an hour. */
export interface LimitReachedEvent extends EventBase {
  kind: 'mood-limit-reached';
}

export interface TermsAcceptedEvent extends EventBase {
  kind: 'terms-accepted';
  termsVersion: string;
}

/** An alert about a model was opened. */
export interface AbuseAlertEvent extends EventBase {
  kind: 'abuse-alert';
  alertId: string;
  rule: AbuseRule;
  count: number;
  threshold: number;
}

/** A template has a new version. It belongs to no model. */
export interface TemplateChangedEvent extends Omit<EventBase, 'modelId'> {
  kind: 'template-changed';
  templateId: string;
  templateVersion: number;
  templateType: TemplateType;
  moodState: MoodState;
  tierLevel: UserTier | null;
  locale: string | null;
  active: boolean;
}

/** How often a process made messages for users of a model from a version of a template, within some seconds. */
export interface RenderedMessages {
  modelId: string;
  templateId: string;
  templateVersion: number;
  templateType: TemplateType;
  moodState: MoodState;
  count: number;
  /** Of the last one. */
  timestamp: string;
}

/** A batch of them. */
export interface MessagesRenderedEvent {
  id: string;
  kind: 'message-rendered';
  messages: RenderedMessages[];
}

/** Events for the analytics service. */
export type OutboxEvent =
  | MoodChangedEvent
  | AutoReplySentEvent
  | AutoReplyEngagedEvent
  | LimitReachedEvent
  | TermsAcceptedEvent
  | TemplateChangedEvent
  | AbuseAlertEvent
  | MessagesRenderedEvent;

export type NotificationType = 'mood_expired' | 'mood_overridden';

export interface PendingNotification {
  id: string;
  modelId: string;
  type: NotificationType;
  /** The moods before and after the change. */
  previousState: MoodState;
  newState: MoodState;
  /** Only for an override. */
  reasonCode: OverrideReasonCode | null;
  /** An override without a hold has ended an earlier hold before its time. */
  holdEnded: boolean;
}

/** What an administrator is told of an alert. */
export interface AlertNotification {
  id: string;
  type: 'abuse_alert';
  recipientId: string;
  /** The model that the alert is about. */
  modelId: string;
  rule: AbuseRule;
  count: number;
}

/** A published promise that was not confirmed in time. */
export interface OverduePromise {
  id: string;
  kind: string;
  queue: string;
  jobId: string;
}

/** What a queue may be given. */
export interface QueueRoom {
  /** How many promises. */
  promises: number;
  /** Whether also those that are not due yet. */
  ahead: boolean;
}

/** Published promises whose effect is not confirmed yet and that have not failed for good: all of a queue, and those that are due. */
export interface Outstanding {
  all: number;
  due: number;
}

/** The outbox keeps promises until their effect is confirmed. Claims of several processes never overlap. */
export interface OutboxStore {
  /**
   * Claims up to `limit` unpublished promises of each kind that are due within ten minutes, the earliest first, and assigns each a job id.
   * @param rooms by queue; a queue that is not named has room for all.
   */
  claim(limit: number, rooms?: ReadonlyMap<string, QueueRoom>): Promise<OutboxPromise[]>;
  /** By queue. Counts up to `most` of each. */
  outstanding(queues: readonly string[], most: number): Promise<Map<string, Outstanding>>;
  /**
   * Claims up to `limit` published promises for a check by the reconciler: overdue ones, and, once shortly before they are due, those that
   * had to wait.
   */
  claimOverdue(limit: number): Promise<OverduePromise[]>;
  /** Their jobs exist: the next check is due later every time. */
  putOff(ids: readonly string[]): Promise<void>;
  /** Their jobs are gone or were never added: the promises are published again. */
  release(ids: readonly string[]): Promise<void>;
  /** Their jobs failed for good: the promises are left alone until an operator retries the job. */
  markFailed(ids: readonly string[]): Promise<void>;
  /** The effect happened: the promises are deleted. */
  confirm(ids: readonly string[]): Promise<void>;
  /** The events of these ids that are not confirmed yet. */
  findEvents(ids: readonly string[]): Promise<OutboxEvent[]>;
  /** The notification; null when it was confirmed already. */
  findNotification(id: string): Promise<PendingNotification | AlertNotification | null>;
}
