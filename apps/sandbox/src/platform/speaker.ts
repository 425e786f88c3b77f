import { randomUUID } from 'node:crypto';
import { MoodClientError } from '@mood/client';
import type { MoodClient } from '@mood/client';
import type { Directory } from './directory.ts';
import type { IdempotentStore } from './idempotent-store.ts';
import type { Message } from './messages.ts';
import type { Moment, Moments } from './moments.ts';
import type { User } from './people.ts';
import { Refusal } from './refusal.ts';

interface Speech {
  conversationId: string;
  userId: string;
  modelId: string;
  occasion: NonNullable<Message['occasion']>;
  /** What the user did, which comes first. */
  moment: Pick<Moment, 'what' | 'amount' | 'currency'>;
}

export interface Speaker {
  /**
   * Has the mood system render what a model says on an occasion, and sends it in her name; neutral words while the mood system does not
   * answer. @throws Refusal when there is no such user, no mood system is known, or it refuses.
   */
  speak(speech: Speech): Promise<Message>;
}

export interface SpeakerDeps {
  directory: Directory;
  messages: IdempotentStore<Message>;
  moments: Moments;
  /** Absent when MOOD_API_URL is not set. */
  moodClient?: MoodClient | undefined;
}

/** Greetings, farewells and thanks, as the real message service makes them (contract: "Message Service Integration"). */
export function createSpeaker({ directory, messages, moments, moodClient }: SpeakerDeps): Speaker {
  return {
    async speak({ conversationId, userId, modelId, occasion, moment }) {
      const user = directory.findUser(userId);
      if (user === undefined) throw new Refusal(404, 'NOT_FOUND', 'There is no user with this id');
      if (moodClient === undefined) {
        throw new Refusal(
          503,
          'MOOD_API_UNAVAILABLE',
          'The sandbox does not know the mood API: start it with MOOD_API_URL. Nothing was sent.',
        );
      }
      moments.add({ id: randomUUID(), conversationId, userId, at: new Date().toISOString(), ...moment });
      const { renderedMessage, degraded } = await moodClient
        .renderTemplate({ modelId, templateType: occasion, ...aboutUser(user, moment) })
        .catch(explain);
      const message: Message = {
        id: randomUUID(),
        conversationId,
        senderId: modelId,
        senderType: 'model',
        automated: true,
        occasion,
        ...(degraded && { degraded }),
        recipientId: userId,
        text: renderedMessage,
        sentAt: new Date().toISOString(),
      };
      messages.addOnce(message);
      return message;
    },
  };
}

function aboutUser({ id, displayName, tier, locale, timeZone }: User, { amount, currency }: Speech['moment']) {
  const variables = { userName: displayName, ...(amount !== undefined && { amount }), ...(currency !== undefined && { currency }) };
  return { userTier: tier, userId: id, locale, timeZone, variables };
}

function explain(error: unknown): never {
  if (!(error instanceof MoodClientError)) throw error;
  const said = `It answered ${error.status} ${error.code}: ${error.message}`;
  throw new Refusal(503, 'MOOD_API_UNAVAILABLE', `The mood API rendered nothing, and nothing was sent. ${said}`, { cause: error });
}
