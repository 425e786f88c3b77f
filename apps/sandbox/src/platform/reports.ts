import type { ReceivedMessage, Reporter } from '@mood/client';
import type { AutoReplyProducer } from '@mood/client/queue';
import type { Moments } from './moments.ts';
import { Refusal } from './refusal.ts';

/** How the mood system is told of a message: over its queue, or over its API, which also says when the reply is due. */
export const reportWays = ['queue', 'rest'] as const;
export type ReportWay = (typeof reportWays)[number];

export interface Reports {
  /** To be asked before anything is stored. @throws Refusal 503 when the sandbox was started without this way. */
  require(way: ReportWay): void;
  /** Over the queue: once it has taken the report. Over REST: at once; what comes of it is told later. @throws Refusal 503 */
  messageReceived(way: ReportWay, message: ReceivedMessage): Promise<void>;
  /** The same for an answer that the model has written herself. */
  conversationAnswered(way: ReportWay, answer: { conversationId: string; modelId: string; answeredAt: string }): Promise<void>;
}

export interface ReportsDeps {
  /** Absent without a queue. */
  producer?: AutoReplyProducer | undefined;
  /** Absent when MOOD_API_URL is not set. */
  reporter?: Reporter | undefined;
  moments: Pick<Moments, 'reported'>;
}

export function createReports({ producer, reporter, moments }: ReportsDeps): Reports {
  async function reportOverRest(message: ReceivedMessage): Promise<void> {
    const outcome = await reporter?.messageReceived(message);
    if (outcome === undefined) return;
    const { messageId, conversationId } = message;
    const became = outcome.reported ? outcome.intake : { status: 'lost', dueAt: null, reason: outcome.error.message };
    moments.reported(conversationId, { messageId, ...became });
  }

  return {
    require(way) {
      if (way === 'queue' ? producer !== undefined : reporter !== undefined) return;
      if (way === 'queue')
        throw new Refusal(
          503,
          'AUTO_REPLY_UNAVAILABLE',
          'The sandbox has no auto-reply queue: start it with REDIS_URL or DATABASE_URL. Nothing was stored.',
        );
      throw new Refusal(
        503,
        'MOOD_API_UNAVAILABLE',
        'The sandbox does not know the mood API: start it with MOOD_API_URL. Nothing was stored.',
      );
    },
    async messageReceived(way, message) {
      if (way === 'rest') void reportOverRest(message);
      else await handOver(producer?.messageReceived(message));
    },
    async conversationAnswered(way, answer) {
      if (way === 'rest') void reporter?.conversationAnswered(answer);
      else await handOver(producer?.conversationAnswered(answer));
    },
  };
}

async function handOver(enqueued: Promise<void> | undefined): Promise<void> {
  try {
    await enqueued;
  } catch (error) {
    throw new Refusal(503, 'AUTO_REPLY_UNAVAILABLE', 'The message is stored, but the auto-reply queue did not take it', { cause: error });
  }
}
