import { describe, expect, jest, test } from '@jest/globals';
import { createRepliesUnderTest, pendingReply } from '@mood/testing/auto-reply-store.fake';
import { deliverChosenReply, giveUpAutoReply } from './deliver-auto-reply.ts';
import { receiveMessage } from './receive-message.ts';
import { answerConversation, cancelReply } from './reply-outcomes.ts';
import type { AutoReplyStore } from './ports.ts';
import type { OnReplyOutcome } from './reply-outcomes.ts';

function setUp(store: Partial<AutoReplyStore>) {
  const onReplyOutcome = jest.fn<OnReplyOutcome>();
  const deps = {
    autoReplies: createRepliesUnderTest(store),
    autoReplyRules: { cooldownSeconds: 60, maxLateSeconds: 900, dailyCap: 20 },
    flags: { isOn: () => true },
    messages: { sendMessage: async () => undefined, notify: async () => undefined },
    usage: { count: () => undefined },
    onReplyOutcome,
  };
  return { deps, told: onReplyOutcome.mock.calls };
}

const message = {
  messageId: 'message-1',
  conversationId: 'conversation-1',
  modelId: pendingReply.modelId,
  userId: pendingReply.userId,
  receivedAt: new Date('2026-01-01T12:00:00Z'),
  senderType: 'user',
  automated: false,
} as const;

describe('what becomes of a message is told once', () => {
  test.each([
    [{ kind: 'joined', autoReplyId: 'reply-1', dueAt: message.receivedAt }, 'joined'],
    [{ kind: 'ignored', reason: 'cooling_down' }, 'cooling_down'],
    [{ kind: 'ignored', reason: 'sending_off' }, 'sending_off'],
  ] as const)('when it came in: %j', async (outcome, told) => {
    const scene = setUp({ receive: async () => outcome });
    await receiveMessage(scene.deps, message);
    expect(scene.told).toEqual([[told]]);
  });

  test('also when it is refused as another one’s', async () => {
    const { deps, told } = setUp({ receive: async () => ({ kind: 'conflict' }) });
    await expect(receiveMessage(deps, message)).rejects.toThrow();
    expect(told).toEqual([['conflict']]);
  });

  test('and not at all when no person wrote it', async () => {
    const { deps, told } = setUp({});
    await receiveMessage(deps, { ...message, automated: true });
    expect(told).toEqual([]);
  });
});

describe('what becomes of a reply is told by whoever made it so', () => {
  test.each([
    ['mood_expired', 'cancelled'],
    ['auto_respond_off', 'cancelled'],
    ['too_late', 'too_late'],
    ['recipient_gone', 'recipient_gone'],
  ] as const)('cancelled for %s: %s', async (reason, told) => {
    const first = setUp({ cancel: async () => true });
    await cancelReply(first.deps, 'reply-1', reason);
    const second = setUp({ cancel: async () => false });
    await cancelReply(second.deps, 'reply-1', reason);
    expect([first.told, second.told]).toEqual([[[told]], []]);
  });

  test('sent, or given up', async () => {
    const { deps, told } = setUp({ confirmSent: async () => ({ templateId: null }), fail: async () => ({ templateId: null }) });
    await deliverChosenReply(deps, { ...pendingReply, status: 'sending', text: 'Back soon' });
    await giveUpAutoReply(deps, 'reply-1');
    const later = setUp({ confirmSent: async () => null, fail: async () => null });
    await deliverChosenReply(later.deps, { ...pendingReply, status: 'sending', text: 'Back soon' });
    await giveUpAutoReply(later.deps, 'reply-1');
    expect([told, later.told]).toEqual([[['sent'], ['failed']], []]);
  });

  test('cancelled because the model answered: how many', async () => {
    const { deps, told } = setUp({ answered: async () => 2 });
    expect(await answerConversation(deps, { ...message, answeredAt: message.receivedAt })).toBe(2);
    expect(told).toEqual([['cancelled', 2]]);
  });
});
