import { ignoreReasons } from '@mood/domain';
import type { AutoReplyStore } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

// What no person wrote is not worth a question to the store, and is not counted.
const outcomes = ['scheduled', 'joined', 'conflict', 'cancelled', ...ignoreReasons].filter(
  (outcome) => outcome !== 'not_from_a_user' && outcome !== 'automated',
);

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
