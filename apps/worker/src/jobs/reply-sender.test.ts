import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AutoReply, AutoReplyStore, MessageGateway } from '@mood/domain';
import type { Enqueuer } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { createReplySender } from './reply-sender.ts';

const reply: AutoReply = {
  id: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2a',
  conversationId: 'conversation-1',
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  userId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e',
  status: 'sending',
  remainingMs: 0,
  text: 'Back soon',
};
const jobId = `deliver-${reply.id}`;
const forever = new AbortController().signal;

/** Replies that have their text already, so that only their delivery is left. */
function setUp(found: AutoReply = reply, maxDeliveries = 2) {
  const sendMessage = jest.fn<MessageGateway['sendMessage']>(async () => undefined);
  const reassign = jest.fn<AutoReplyStore['reassign']>(async () => undefined);
  const confirmSent = jest.fn<AutoReplyStore['confirmSent']>(async () => ({ templateId: null }));
  const add = jest.fn<Enqueuer['add']>(async () => jobId);
  const parts = {
    autoReplies: { find: async () => found, reassign, confirmSent },
    messages: { sendMessage },
    enqueuer: { add },
    usage: { count: () => undefined },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a delivery asks for no more than this
  const send = createReplySender(parts as unknown as WorkerDependencies, maxDeliveries);
  return { run: () => send(reply.id, forever), sendMessage, reassign, confirmSent, add };
}

describe('a reply that is due', () => {
  test('is handed to the message service at once, and no other job is needed', async () => {
    const { run, confirmSent, add, reassign } = setUp();
    expect(await run()).toEqual({ kind: 'done', result: 'sent' });
    expect(confirmSent.mock.calls).toEqual([[reply.id]]);
    expect([add.mock.calls, reassign.mock.calls]).toEqual([[], []]);
  });

  test.each([new DependencyUnavailable('message service'), new RefusedByService('message service answered 404')])(
    'that the message service does not take (%s) is left to a delivery job, a moment later',
    async (failure) => {
      const { run, sendMessage, confirmSent, add, reassign } = setUp();
      sendMessage.mockRejectedValue(failure);
      expect(await run()).toMatchObject({ kind: 'done' });
      expect(confirmSent).not.toHaveBeenCalled();
      expect(reassign.mock.calls).toEqual([[reply.id, { queue: 'message-delivery', jobId }]]);
      expect(add.mock.calls).toEqual([['deliver-auto-reply', { autoReplyId: reply.id }, { jobId, delayMs: expect.any(Number) }]]);
      const delayMs = add.mock.calls[0]?.[2]?.delayMs ?? 0;
      expect([delayMs >= 250, delayMs <= 500]).toEqual([true, true]);
    },
  );

  test('is left to a delivery job without a try while as many are being handed over as may be', async () => {
    const { run, sendMessage, add } = setUp();
    let answer = (): void => {};
    sendMessage.mockReturnValue(new Promise<void>((resolve) => (answer = resolve)));
    const slow = [run(), run()];
    expect(await run()).toEqual({ kind: 'done', result: 'left to a delivery job' });
    expect(add.mock.calls).toEqual([['deliver-auto-reply', { autoReplyId: reply.id }, { jobId, delayMs: 0 }]]);
    answer();
    expect(await Promise.all(slow)).toEqual([
      { kind: 'done', result: 'sent' },
      { kind: 'done', result: 'sent' },
    ]);
    expect(sendMessage).toHaveBeenCalledTimes(2);
  });

  test('fails as a job when something else is amiss, so that it is tried again', async () => {
    const { run, sendMessage, add } = setUp();
    sendMessage.mockRejectedValue(new TypeError('unforeseen'));
    await expect(run()).rejects.toThrow('unforeseen');
    expect(add).not.toHaveBeenCalled();
  });

  test('is over when it was sent', async () => {
    const { run, sendMessage } = setUp({ ...reply, status: 'sent', text: null });
    expect(await run()).toEqual({ kind: 'cancel', reason: 'sent' });
    expect(sendMessage).not.toHaveBeenCalled();
  });

  test('and is not, by the clock of the database, is put off', async () => {
    const { run } = setUp({ ...reply, status: 'pending', text: null, remainingMs: 5_000 });
    expect(await run()).toEqual({ kind: 'later', delayMs: 5_000 });
  });
});
