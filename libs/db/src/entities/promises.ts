import { defineEntity, p } from '@mikro-orm/core';
import type { AutoReply, MoodState, UserTier } from '@mood/domain';

/** What a row of the outbox promises. */
export const outboxKinds = [
  'mood-changed',
  'notification',
  'auto-reply',
  'auto-reply-sent',
  'mood-expiry',
  'auto-reply-engaged',
  'mood-limit-reached',
  'terms-accepted',
  'template-changed',
  'message-rendered',
  'abuse-alert',
  'alert-notification',
] as const;

/** A promise: the row stays until its effect is confirmed. */
export const OutboxEntity = defineEntity({
  name: 'OutboxPromise',
  tableName: 'outbox',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    kind: p.enum(outboxKinds).columnType('text'),
    modelId: p.uuid(),
    payload: p.json<object>(),
    dueAt: p.datetime(6).defaultRaw('now()'),
    queue: p.text().strictNullable(),
    jobId: p.text().strictNullable(),
    generation: p.integer().default(0),
    checks: p.integer().default(0),
    checkAfter: p.datetime(6).defaultRaw('now()'),
    failedAt: p.datetime(6).strictNullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

export const ConversationEntity = defineEntity({
  name: 'AutoReplyConversation',
  tableName: 'auto_reply_conversations',
  properties: {
    modelId: p.uuid().primary(),
    conversationId: p.text().primary(),
    lastAnsweredAt: p.datetime(6).strictNullable(),
    updatedAt: p.datetime(6).defaultRaw('now()'),
    recentReplyIds: p.array().$type<string[]>().columnType('uuid[]').defaultRaw("'{}'"),
  },
});

const replyStatuses = ['pending', 'sending', 'sent', 'joined', 'cancelled', 'failed'] as const satisfies AutoReply['status'][];

export const AutoReplyEntity = defineEntity({
  name: 'AutoReply',
  tableName: 'auto_replies',
  properties: {
    id: p.uuid().primary(),
    messageId: p.text(),
    conversationId: p.text(),
    modelId: p.uuid(),
    userId: p.uuid(),
    status: p.enum(replyStatuses).columnType('text'),
    reason: p.text().strictNullable(),
    joinedTo: p.uuid().strictNullable(),
    receivedAt: p.datetime(6),
    lastMessageAt: p.datetime(6),
    dueAt: p.datetime(6),
    text: p.text().strictNullable(),
    templateId: p.uuid().strictNullable(),
    templateVersion: p.integer().strictNullable(),
    experiment: p.string().length(60).strictNullable(),
    moodState: p.string().length(20).$type<MoodState>().strictNullable(),
    tierLevel: p.string().length(20).$type<UserTier>().strictNullable(),
    sentAt: p.datetime(6).strictNullable(),
    phaseId: p.uuid().strictNullable(),
    heldOutAt: p.datetime(6).strictNullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
    engagedAt: p.datetime(6).strictNullable(),
    continuedAt: p.datetime(6).strictNullable(),
  },
});
