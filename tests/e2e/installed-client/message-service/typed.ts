// A message service in TypeScript. It is checked, not run.
import { createMoodClient, createReporter, MoodClientError } from '@mood/client';
import type { FallbackReason, LostReason, Mood, MoodClient, RenderedMessage, Reporter } from '@mood/client';
import { createAutoReplyProducer } from '@mood/client/queue';
import type { AutoReplyProducer } from '@mood/client/queue';

const counts = new Map<FallbackReason, number>();
export const client: MoodClient = createMoodClient({
  baseUrl: 'https://mood.example',
  token: async () => 'token',
  timeoutMs: 800,
  onFallback: ({ reason, error }) => counts.set(error.status === null ? reason : 'server-error', 1),
});

export async function thank(modelId: string, amount: number): Promise<string> {
  try {
    const { renderedMessage, degraded }: RenderedMessage = await client.renderTemplate({
      modelId,
      templateType: 'tip_thank_you',
      userTier: 'gold',
      variables: { amount },
    });
    return degraded ? `${renderedMessage} (${client.fallbacks.renderTemplate.timeout})` : renderedMessage;
  } catch (error) {
    if (error instanceof MoodClientError && error.code === 'TEMPLATE_NOT_FOUND') return '';
    throw error;
  }
}

export async function moodsOf(modelIds: string[]): Promise<Mood[]> {
  const { moods, notFound } = await client.getMoods(modelIds);
  return moods.filter(({ modelId, customMessage }) => customMessage !== null && !notFound.includes(modelId));
}

export const producer: AutoReplyProducer = createAutoReplyProducer({ redisUrl: 'redis://127.0.0.1' });

export const losses: LostReason[] = [];
export const reporter: Reporter = createReporter({
  baseUrl: 'https://mood.example',
  token: 'token',
  onLost: ({ reason }) => losses.push(reason),
});

// @ts-expect-error -- there is no such template type
void client.getTemplate({ modelId: '', templateType: 'apology' });
// @ts-expect-error -- messages travel without their text
void producer.messageReceived({ messageId: 'm', text: 'hello' });
// @ts-expect-error -- counts are read, not written
client.fallbacks.getMood.timeout = 0;
