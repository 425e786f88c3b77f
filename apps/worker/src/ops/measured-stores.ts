import { ignoreReasons } from '@mood/domain';
import type { AutoReplyStore, CancelReason, MoodStore } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** The same store, with every reset that it makes counted. */
export function measureMoods(moods: MoodStore, registry: Registry): MoodStore {
  const changes = new Counter({
    name: 'mood_changes_total',
    help: 'Mood changes that took place, by who made them and the mood that came of it.',
    labelNames: ['changed_by', 'mood_state'],
    registers: [registry],
  });
  const resets = changes.labels({ changed_by: 'system', mood_state: 'neutral' });
  resets.inc(0);
  return {
    ...moods,
    async expire(modelId, version) {
      const outcome = await moods.expire(modelId, version);
      if (outcome.kind === 'reset') resets.inc();
      return outcome;
    },
  };
}

// What no person wrote is not worth a question to the store, and is not counted. A reply that is cancelled for being too late counts as
// `too_late`, as a message that comes too late does.
const outcomes = ['scheduled', 'joined', 'conflict', 'cancelled', 'recipient_gone', 'sent', 'failed', ...ignoreReasons].filter(
  (outcome) => outcome !== 'not_from_a_user' && outcome !== 'automated',
);

function outcomeOf(reason: CancelReason): string {
  switch (reason) {
    case 'auto_respond_off':
    case 'mood_expired':
      return 'cancelled';
    case 'too_late':
    case 'recipient_gone':
      return reason;
  }
}

/** The same store, with what becomes of messages, replies and their texts counted. */
export function measureAutoReplies(autoReplies: AutoReplyStore, registry: Registry): AutoReplyStore {
  const registers = [registry];
  const counted = new Counter({
    name: 'mood_auto_replies_total',
    help: 'What became of messages and of the automatic replies to them.',
    labelNames: ['outcome'],
    registers,
  });
  const renders = new Counter({
    name: 'mood_template_renders_total',
    help: 'Messages that were to be made from a template: rendered, or built_in where no template could be.',
    labelNames: ['template_type', 'outcome'],
    registers,
  });
  const bound = new Map<string, Counter.Internal>(outcomes.map((outcome) => [outcome, counted.labels({ outcome })]));
  const rendered = renders.labels({ template_type: 'auto_response', outcome: 'rendered' });
  const builtIn = renders.labels({ template_type: 'auto_response', outcome: 'built_in' });
  for (const child of [...bound.values(), rendered, builtIn]) child.inc(0);

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
    async beginSending(autoReplyId, prepared) {
      const begun = await autoReplies.beginSending(autoReplyId, prepared);
      if (begun) (prepared.template === null ? builtIn : rendered).inc();
      return begun;
    },
    async cancel(autoReplyId, reason) {
      const cancelled = await autoReplies.cancel(autoReplyId, reason);
      if (cancelled) bound.get(outcomeOf(reason))?.inc();
      return cancelled;
    },
    async confirmSent(autoReplyId) {
      const closed = await autoReplies.confirmSent(autoReplyId);
      if (closed !== null) bound.get('sent')?.inc();
      return closed;
    },
    async fail(autoReplyId) {
      const closed = await autoReplies.fail(autoReplyId);
      if (closed !== null) bound.get('failed')?.inc();
      return closed;
    },
  };
}
