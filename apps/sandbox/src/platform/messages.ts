import { createIdempotentStore } from './idempotent-store.ts';
import type { IdempotentStore } from './idempotent-store.ts';

export interface Message {
  id: string;
  conversationId: string;
  senderId: string;
  senderType: 'user' | 'model';
  automated: boolean;
  /** Why the platform had the mood system render it; absent for what people and the mood system write. */
  occasion?: 'greeting' | 'farewell' | 'tip_thank_you';
  /** The mood system was not there to render it: the words are the client's neutral ones. */
  degraded?: true;
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

export function createMessageStore(onAdd: (message: Message) => void): IdempotentStore<Message> {
  return createIdempotentStore<Message>({
    capacity: 500_000,
    indexOf: (message) => message.conversationId,
    keyOf: (message) => message.idempotencyKey,
    same: (a, b) =>
      a.conversationId === b.conversationId && a.senderId === b.senderId && a.recipientId === b.recipientId && a.text === b.text,
    onAdd,
  });
}

export function createNotificationStore(onAdd: (notification: Notification) => void): IdempotentStore<Notification> {
  return createIdempotentStore<Notification>({
    capacity: 200_000,
    indexOf: (notification) => notification.recipientId,
    keyOf: (notification) => notification.idempotencyKey,
    same: (a, b) => a.recipientId === b.recipientId && a.type === b.type && a.text === b.text,
    onAdd,
  });
}
