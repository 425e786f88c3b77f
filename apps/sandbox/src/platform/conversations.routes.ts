import { randomUUID } from 'node:crypto';
import { idSchema } from '@mood/contract/fields';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import { z } from 'zod';
import type { AutoReplyProducer } from '@mood/client/queue';
import type { IdempotentStore } from './idempotent-store.ts';
import type { Message } from './messages.ts';
import type { PlatformEnv } from './platform-env.ts';
import { Refusal } from './refusal.ts';
import { checked, messageText, readJson } from './request-input.ts';

const userWrites = z.strictObject({ userId: idSchema, modelId: idSchema, text: messageText });
const modelAnswers = z.strictObject({
  modelId: idSchema,
  text: messageText.default('Hi, I am back. Thanks for waiting!'),
  userId: idSchema.optional(),
});

export interface ConversationsDeps {
  messages: IdempotentStore<Message>;
  producer?: AutoReplyProducer | undefined;
}

/** Plays the two people of a conversation. As the real message service would, it stores first and then tells the mood system. */
export function conversationRoutes({ messages, producer }: ConversationsDeps) {
  return new Hono<PlatformEnv>()
    .post('/sandbox/conversations/:id/messages', async (c) => {
      const queue = required(producer);
      const conversation = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const { userId, modelId, text } = await readJson(c, userWrites);
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
      await handOver(
        queue.messageReceived({
          messageId: message.id,
          conversationId: conversation,
          modelId,
          userId,
          receivedAt: message.sentAt,
          senderType: 'user',
          automated: false,
        }),
      );
      return c.json(message, 201);
    })
    .post('/sandbox/conversations/:id/answers', async (c) => {
      const queue = required(producer);
      const conversation = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
      const { modelId, text, userId } = await readJson(c, modelAnswers);
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
      await handOver(
        queue.conversationAnswered({
          conversationId: conversation,
          modelId,
          answeredAt: message.sentAt,
        }),
      );
      return c.json(message, 201);
    });
}

function required(producer: AutoReplyProducer | undefined): AutoReplyProducer {
  if (producer !== undefined) return producer;
  throw new Refusal(
    503,
    'AUTO_REPLY_UNAVAILABLE',
    'The sandbox has no auto-reply queue: start it with REDIS_URL or DATABASE_URL. Nothing was stored.',
  );
}

async function handOver(enqueued: Promise<void>): Promise<void> {
  try {
    await enqueued;
  } catch (error) {
    throw new Refusal(503, 'AUTO_REPLY_UNAVAILABLE', 'The message is stored, but the auto-reply queue did not take it', { cause: error });
  }
}
