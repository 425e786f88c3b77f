import { createIdempotentStore } from './idempotent-store.ts';
import type { IdempotentStore } from './idempotent-store.ts';

export interface Message {
  id: string;
  conversationId: string;
  senderId: string;
  senderType: 'user' | 'model';
  automated: boolean;
  recipientId?: string;
  text: string;
  sentAt: string;
  idempotencyKey?: string;
}

export interface Notification {
  id: string;
  recipientId: string;
  type: string;
  text: string;
  sentAt: string;
  idempotencyKey: string;
}

export function createMessageStore(): IdempotentStore<Message> {
  return createIdempotentStore<Message>({
    capacity: 500_000,
    indexOf: (message) => message.conversationId,
    keyOf: (message) => message.idempotencyKey,
    same: (a, b) =>
      a.conversationId === b.conversationId && a.senderId === b.senderId && a.recipientId === b.recipientId && a.text === b.text,
  });
}

export function createNotificationStore(): IdempotentStore<Notification> {
  return createIdempotentStore<Notification>({
    capacity: 200_000,
    indexOf: (notification) => notification.recipientId,
    keyOf: (notification) => notification.idempotencyKey,
    same: (a, b) => a.recipientId === b.recipientId && a.type === b.type && a.text === b.text,
  });
}
