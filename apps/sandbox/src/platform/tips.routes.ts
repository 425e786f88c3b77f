import { randomUUID } from 'node:crypto';
import { MoodClientError } from '@mood/client';
import type { MoodClient } from '@mood/client';
import { idSchema } from '@mood/contract/fields';
import { conversationIdSchema } from '@mood/contract/messaging-ids';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Directory } from './directory.ts';
import type { IdempotentStore } from './idempotent-store.ts';
import type { Message } from './messages.ts';
import type { PlatformEnv } from './platform-env.ts';
import { Refusal } from './refusal.ts';
import { checked, readJson } from './request-input.ts';

const tip = z.strictObject({
  userId: idSchema,
  modelId: idSchema,
  amount: z.number().positive().max(1_000_000),
  currency: z.string().min(1).max(8).default('$'),
});

export interface TipsDeps {
  directory: Directory;
  messages: IdempotentStore<Message>;
  /** Absent when MOOD_API_URL is not set. */
  moodClient?: MoodClient | undefined;
}

/**
 * Plays a tip as the real message service would: it has the mood system render the thanks, and sends them in the model's name; neutral
 * thanks while the mood system does not answer. Nothing is stored about the tip itself.
 */
export function tipRoutes({ directory, messages, moodClient }: TipsDeps) {
  return new Hono<PlatformEnv>().post('/sandbox/conversations/:id/tips', async (c) => {
    const conversation = checked(conversationIdSchema, c.req.param('id'), 'conversationId');
    const { userId, modelId, amount, currency } = await readJson(c, tip);
    const user = directory.findUser(userId);
    if (user === undefined) throw new Refusal(404, 'NOT_FOUND', 'There is no user with this id');
    if (moodClient === undefined) {
      throw new Refusal(
        503,
        'MOOD_API_UNAVAILABLE',
        'The sandbox does not know the mood API: start it with MOOD_API_URL. Nothing was sent.',
      );
    }
    const { renderedMessage } = await moodClient
      .renderTemplate({
        modelId,
        templateType: 'tip_thank_you',
        userTier: user.tier,
        userId,
        locale: user.locale,
        timeZone: user.timeZone,
        variables: { userName: user.displayName, amount, currency },
      })
      .catch(explain);
    const message: Message = {
      id: randomUUID(),
      conversationId: conversation,
      senderId: modelId,
      senderType: 'model',
      automated: true,
      recipientId: userId,
      text: renderedMessage,
      sentAt: new Date().toISOString(),
    };
    messages.addOnce(message);
    return c.json(message, 201);
  });
}

function explain(error: unknown): never {
  if (!(error instanceof MoodClientError)) throw error;
  const said = `It answered ${error.status} ${error.code}: ${error.message}`;
  throw new Refusal(503, 'MOOD_API_UNAVAILABLE', `The mood API rendered no thanks, and nothing was sent. ${said}`, { cause: error });
}
