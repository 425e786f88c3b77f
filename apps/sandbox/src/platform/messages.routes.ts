import { randomUUID } from 'node:crypto';
import { idSchema } from '@mood/contract/fields';
import { notificationSchema, sentMessageSchema } from '@mood/contract/message-service';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import type { CallGate } from './call-gate.ts';
import type { IdempotentStore, OnceOutcome } from './idempotent-store.ts';
import type { Message, Notification } from './messages.ts';
import type { PlatformEnv } from './platform-env.ts';
import { Refusal } from './refusal.ts';
import { checked, pageLimit, readJson, readQuery } from './request-input.ts';

const idempotencyKey = z.string('the header Idempotency-Key is required').min(1).max(255);
const messageQuery = z.object({ conversationId: conversationIdSchema.optional() });
const notificationQuery = z.object({ recipientId: idSchema.optional(), limit: pageLimit.default(1000) });

const newestShown = 1000;

export interface MessagesDeps {
  gate: CallGate;
  messages: IdempotentStore<Message>;
  notifications: IdempotentStore<Notification>;
}

/** Message Service: what the mood system calls, each call safe to repeat under its Idempotency-Key. */
export function messageRoutes({ gate, messages, notifications }: MessagesDeps) {
  return new Hono<PlatformEnv>()
    .post('/conversations/:id/messages', gate('messages', 'messages'), async (c) => {
      const stamp = {
        id: randomUUID(),
        sentAt: new Date().toISOString(),
        idempotencyKey: keyOf(c),
      };
      const conversation = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const { senderId, recipientId, text } = await readJson(c, sentMessageSchema);
      return answerOnce(
        c,
        messages.addOnce({
          conversationId: conversation,
          senderId,
          senderType: 'model',
          automated: true,
          recipientId,
          text,
          ...stamp,
        }),
      );
    })
    .post('/notifications', gate('messages', 'notifications'), async (c) => {
      const stamp = {
        id: randomUUID(),
        sentAt: new Date().toISOString(),
        idempotencyKey: keyOf(c),
      };
      const { recipientId, type, text } = await readJson(c, notificationSchema);
      return answerOnce(c, notifications.addOnce({ recipientId, type, text, ...stamp }));
    })
    .get('/sandbox/messages', (c) => {
      const query = readQuery(c, messageQuery);
      if (query.conversationId !== undefined) return c.json({ messages: messages.under(query.conversationId) });
      return c.json({ messages: messages.newest(newestShown), total: messages.total() });
    })
    .get('/sandbox/notifications', (c) => {
      const query = readQuery(c, notificationQuery);
      if (query.recipientId !== undefined) return c.json({ notifications: notifications.under(query.recipientId) });
      return c.json({
        notifications: notifications.newest(query.limit),
        total: notifications.total(),
      });
    });
}

function keyOf(c: Context): string {
  return checked(idempotencyKey, c.req.header('Idempotency-Key'));
}

function answerOnce<T extends Message | Notification>(c: Context, { outcome, item }: OnceOutcome<T>): Response {
  switch (outcome) {
    case 'created':
      return c.json(item, 201);
    case 'repeated':
      c.header('Idempotent-Replay', 'true');
      return c.json(item, 200);
    case 'conflict':
      throw new Refusal(409, 'IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used before with a different request');
  }
}
