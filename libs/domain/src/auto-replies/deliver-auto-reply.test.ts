import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable } from '../errors.ts';
import { RefusedByService } from '../platform-ports.ts';
import type { MessageGateway } from '../platform-ports.ts';
import { createRepliesUnderTest, pendingReply } from '@mood/testing/auto-reply-store.fake';
import type { Flags } from '../flags/ports.ts';
import type { AutoReply } from './auto-reply.ts';
import { deliverAutoReply, deliverChosenReply, giveUpAutoReply } from './deliver-auto-reply.ts';
import type { AutoReplyStore, ClosedReply } from './ports.ts';

/** A reply that the store closes once: whoever comes later gets null. */
function setUp(reply: AutoReply | null, templateId: string | null = 'template-1') {
  const count = jest.fn();
  const sendMessage = jest.fn<MessageGateway['sendMessage']>(async () => undefined);
  const cancel = jest.fn<AutoReplyStore['cancel']>(async () => true);
  let open = true;
  const close = async (): Promise<ClosedReply | null> => {
    const closed = open ? { templateId } : null;
    open = false;
    return closed;
  };
  const isOn = jest.fn<Flags['isOn']>(() => true);
  const deps = {
    autoReplies: createRepliesUnderTest({ find: async () => reply, confirmSent: close, fail: close, cancel }),
    messages: { sendMessage, notify: async () => undefined },
    usage: { count },
    flags: { isOn },
    autoReplyRules: { maxLateSeconds: 900 },
  };
  return { deps, count, sendMessage, cancel, isOn };
}

const sending: AutoReply = { ...pendingReply, status: 'sending', text: 'Back soon' };

describe('delivering an automatic reply', () => {
  test('sends it from the model to the user, by its id, and counts it for its template', async () => {
    const { deps, count, sendMessage } = setUp(sending);
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('sent');
    expect(sendMessage.mock.calls).toEqual([
      [{ conversationId: 'conversation-1', senderId: sending.modelId, recipientId: sending.userId, text: 'Back soon' }, 'reply-1'],
    ]);
    expect(count.mock.calls).toEqual([['template-1', 'sent']]);
  });

  test('twice counts it once: only who closed it counts', async () => {
    const { deps, count, sendMessage } = setUp(sending);
    await Promise.all([deliverAutoReply(deps, 'reply-1'), deliverAutoReply(deps, 'reply-1')]);
    expect(sendMessage).toHaveBeenCalledTimes(2);
    expect(count).toHaveBeenCalledTimes(1);
  });

  test('whose text is at hand does not ask for it again', async () => {
    const { deps, count, sendMessage } = setUp(null);
    await deliverChosenReply(deps, { ...sending, text: 'At hand' });
    expect(sendMessage.mock.calls[0]?.[0].text).toBe('At hand');
    expect(count.mock.calls).toEqual([['template-1', 'sent']]);
  });

  test('counts nothing for a built-in text', async () => {
    const { deps, count } = setUp(sending, null);
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('sent');
    expect(count).not.toHaveBeenCalled();
  });

  test('that failed before is tried again by an operator', async () => {
    const { deps, count } = setUp({ ...sending, status: 'failed' });
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('sent');
    expect(count.mock.calls).toEqual([['template-1', 'sent']]);
  });

  test.each([
    ['unknown', null],
    ['without a text', { ...sending, text: null }],
    ...(['pending', 'sent', 'joined', 'cancelled'] as const).map((status) => [status, { ...sending, status }] as const),
  ])('that is %s is over', async (_name, reply) => {
    const { deps, count, sendMessage } = setUp(reply);
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('over');
    expect([sendMessage.mock.calls, count.mock.calls]).toEqual([[], []]);
  });

  test.each(['sending', 'failed'] as const)('that is %s and too late is cancelled, not sent', async (status) => {
    const { deps, count, sendMessage, cancel } = setUp({ ...sending, status, remainingMs: -900_001 });
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('too_late');
    expect(cancel.mock.calls).toEqual([['reply-1', 'too_late']]);
    expect([sendMessage.mock.calls, count.mock.calls]).toEqual([[], []]);
  });

  test('that is just not too late is sent', async () => {
    expect(await deliverAutoReply(setUp({ ...sending, remainingMs: -900_000 }).deps, 'reply-1')).toBe('sent');
  });

  test.each(['sending', 'failed'] as const)('that is %s when replies are switched off is cancelled, not sent', async (status) => {
    const { deps, count, sendMessage, cancel, isOn } = setUp({ ...sending, status });
    isOn.mockResolvedValue(false);
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('sending_off');
    expect(cancel.mock.calls).toEqual([['reply-1', 'sending_off']]);
    expect([sendMessage.mock.calls, count.mock.calls]).toEqual([[], []]);
  });

  test('whose conversation or user the message service does not know any more is cancelled', async () => {
    const { deps, count, sendMessage, cancel } = setUp(sending);
    sendMessage.mockRejectedValue(new RefusedByService('message service answered 410', { isGone: true }));
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('recipient_gone');
    expect(await deliverChosenReply(deps, { ...sending, text: 'Hi' })).toBe('recipient_gone');
    expect(cancel.mock.calls).toEqual([
      ['reply-1', 'recipient_gone'],
      ['reply-1', 'recipient_gone'],
    ]);
    expect(count).not.toHaveBeenCalled();
  });

  test('that the message service refuses for another reason is not cancelled', async () => {
    const { deps, sendMessage, cancel } = setUp(sending);
    sendMessage.mockRejectedValue(new RefusedByService('message service answered 409'));
    await expect(deliverAutoReply(deps, 'reply-1')).rejects.toThrow('409');
    expect(cancel).not.toHaveBeenCalled();
  });

  test('that the message service does not take is neither closed nor counted', async () => {
    const { deps, count, sendMessage } = setUp(sending);
    sendMessage.mockRejectedValueOnce(new DependencyUnavailable('Message Service'));
    await expect(deliverAutoReply(deps, 'reply-1')).rejects.toThrow(DependencyUnavailable);
    expect(count).not.toHaveBeenCalled();
    expect(await deliverAutoReply(deps, 'reply-1')).toBe('sent');
    expect(count).toHaveBeenCalledTimes(1);
  });
});

test('giving up is counted as a failure, once, and not after it was sent', async () => {
  const { deps, count } = setUp(sending);
  await giveUpAutoReply(deps, 'reply-1');
  await giveUpAutoReply(deps, 'reply-1');
  expect(count.mock.calls).toEqual([['template-1', 'failed']]);

  const sent = setUp(sending);
  await deliverAutoReply(sent.deps, 'reply-1');
  await giveUpAutoReply(sent.deps, 'reply-1');
  expect(sent.count.mock.calls).toEqual([['template-1', 'sent']]);
});
