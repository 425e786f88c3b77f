import type { AutoReplyStore } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

const outcomes = ['scheduled', 'joined', 'auto_respond_off', 'answered', 'cooling_down', 'cancelled'] as const;

/** The same store, with what becomes of the messages that are reported over REST counted. */
export function measureAutoReplies(autoReplies: AutoReplyStore, registry: Registry): AutoReplyStore {
  const counted = new Counter({
    name: 'mood_auto_replies_total',
    help: 'What became of messages and of the automatic replies to them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const bound = new Map<string, Counter.Internal>(outcomes.map((outcome) => [outcome, counted.labels({ outcome })]));
  for (const child of bound.values()) child.inc(0);

  return {
    ...autoReplies,
    async receive(...message) {
      const outcome = await autoReplies.receive(...message);
      bound.get(outcome.kind === 'ignored' ? outcome.reason : outcome.kind)?.inc();
      return outcome;
    },
    async answered(conversationId, modelId, answeredAt) {
      const cancelled = await autoReplies.answered(conversationId, modelId, answeredAt);
      bound.get('cancelled')?.inc(cancelled);
      return cancelled;
    },
  };
}
