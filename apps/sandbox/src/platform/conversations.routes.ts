import { randomUUID } from 'node:crypto';
import { idSchema } from '@mood/contract/fields';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import { z } from 'zod';
import type { IdempotentStore } from './idempotent-store.ts';
import type { Message } from './messages.ts';
import type { PlatformEnv } from './platform-env.ts';
import { reportWays } from './reports.ts';
import type { Reports } from './reports.ts';
import { checked, messageText, readJson } from './request-input.ts';

const over = z.enum(reportWays, `expected one of ${reportWays.join(', ')}`).default('queue');
const userWrites = z.strictObject({ userId: idSchema, modelId: idSchema, text: messageText, over });
const modelAnswers = z.strictObject({
  modelId: idSchema,
  text: messageText.default('Hi, I am back. Thanks for waiting!'),
  userId: idSchema.optional(),
  over,
});

export interface ConversationsDeps {
  messages: IdempotentStore<Message>;
  reports: Reports;
}

/** Plays the two people of a conversation. As the real message service would, it stores first and then tells the mood system. */
export function conversationRoutes({ messages, reports }: ConversationsDeps) {
  return new Hono<PlatformEnv>()
    .post('/sandbox/conversations/:id/messages', async (c) => {
      const conversation = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const { userId, modelId, text, over: way } = await readJson(c, userWrites);
      reports.require(way);
      const message: Message = {
        id: randomUUID(),
        conversationId: conversation,
        senderId: userId,
        senderType: 'user',
        automated: false,
        recipientId: modelId,
        text,
        sentAt: new Date().toISOString(),
      };
      messages.addOnce(message);
      await reports.messageReceived(way, {
        messageId: message.id,
        conversationId: conversation,
        modelId,
        userId,
        receivedAt: message.sentAt,
        senderType: 'user',
        automated: false,
      });
      return c.json(message, 201);
    })
    .post('/sandbox/conversations/:id/answers', async (c) => {
      const conversation = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const { modelId, text, userId, over: way } = await readJson(c, modelAnswers);
      reports.require(way);
      const message: Message = {
        id: randomUUID(),
        conversationId: conversation,
        senderId: modelId,
        senderType: 'model',
        automated: false,
        ...(userId !== undefined && { recipientId: userId }),
        text,
        sentAt: new Date().toISOString(),
      };
      messages.addOnce(message);
      await reports.conversationAnswered(way, { conversationId: conversation, modelId, answeredAt: message.sentAt });
      return c.json(message, 201);
    });
}
