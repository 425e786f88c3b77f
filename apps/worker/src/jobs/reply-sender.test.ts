import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AutoReplyStore, PrepareOutcome } from '@mood/domain';
import type { Enqueuer } from '@mood/queue';
import { sendingReply as reply } from '@mood/testing/auto-reply-store.fake';
import { createReplySender } from './reply-sender.ts';
import type { ReplySteps } from './reply-sender.ts';

const jobId = `deliver-${reply.id}`;
const forever = new AbortController().signal;

function setUp(outcomes: readonly PrepareOutcome[] = [{ kind: 'deliver', reply }]) {
  const prepare = jest.fn<ReplySteps['prepare']>();
  for (const outcome of outcomes.slice(0, -1)) prepare.mockResolvedValueOnce(outcome);
  for (const outcome of outcomes.slice(-1)) prepare.mockResolvedValue(outcome);
  const deliver = jest.fn<ReplySteps['deliver']>(async () => 'sent');
  const reassign = jest.fn<AutoReplyStore['reassign']>(async () => undefined);
  const add = jest.fn<Enqueuer['add']>(async () => jobId);
  const send = createReplySender({ prepare, deliver, autoReplies: { reassign }, enqueuer: { add } }, 2);
  return { run: () => send(reply.id, forever), prepare, deliver, reassign, add };
}

describe('a reply that is due', () => {
  test('is handed to the message service at once, and no other job is needed', async () => {
    const { run, prepare, deliver, add, reassign } = setUp();
    expect(await run()).toEqual({ kind: 'done', result: 'sent' });
    expect([prepare.mock.calls, deliver.mock.calls]).toEqual([[[reply.id]], [[reply]]]);
    expect([add.mock.calls, reassign.mock.calls]).toEqual([[], []]);
  });

  test.each([new DependencyUnavailable('message service'), new RefusedByService('message service answered 404')])(
    'that the message service does not take (%s) is left to a delivery job, a moment later',
    async (failure) => {
      const { run, deliver, add, reassign } = setUp();
      deliver.mockRejectedValue(failure);
      expect(await run()).toEqual({ kind: 'done', result: 'left to a delivery job' });
      expect(reassign.mock.calls).toEqual([[reply.id, { queue: 'message-delivery', jobId }]]);
      expect(add.mock.calls).toEqual([['deliver-auto-reply', { autoReplyId: reply.id }, { jobId, delayMs: expect.any(Number) }]]);
      const delayMs = add.mock.calls[0]?.[2]?.delayMs ?? 0;
      expect([delayMs >= 250, delayMs <= 500]).toEqual([true, true]);
    },
  );

  test('is left to a delivery job without a try while as many are being handed over as may be', async () => {
    const { run, deliver, add } = setUp();
    const { promise, resolve } = Promise.withResolvers<'sent'>();
    deliver.mockReturnValue(promise);
    const slow = [run(), run()];
    expect(await run()).toEqual({ kind: 'done', result: 'left to a delivery job' });
    expect(add.mock.calls).toEqual([['deliver-auto-reply', { autoReplyId: reply.id }, { jobId, delayMs: 0 }]]);
    resolve('sent');
    expect(await Promise.all(slow)).toEqual([
      { kind: 'done', result: 'sent' },
      { kind: 'done', result: 'sent' },
    ]);
    expect(deliver).toHaveBeenCalledTimes(2);
  });

  test('fails as a job when something else is amiss, so that it is tried again', async () => {
    const { run, deliver, add } = setUp();
    deliver.mockRejectedValue(new TypeError('unforeseen'));
    await expect(run()).rejects.toThrow('unforeseen');
    expect(add).not.toHaveBeenCalled();
  });

  test('to somebody who is gone is over, and no delivery job tries again', async () => {
    const { run, deliver, add, reassign } = setUp();
    deliver.mockResolvedValue('recipient_gone');
    expect(await run()).toEqual({ kind: 'cancel', reason: 'recipient_gone' });
    expect([add.mock.calls, reassign.mock.calls]).toEqual([[], []]);
  });

  test('is over when it was sent', async () => {
    const { run, deliver } = setUp([{ kind: 'over', reason: 'sent' }]);
    expect(await run()).toEqual({ kind: 'cancel', reason: 'sent' });
    expect(deliver).not.toHaveBeenCalled();
  });

  test('and is not, by the clock of the database, is put off', async () => {
    const { run, deliver } = setUp([{ kind: 'too_early', remainingMs: 5_000 }]);
    expect(await run()).toEqual({ kind: 'later', delayMs: 5_000 });
    expect(deliver).not.toHaveBeenCalled();
  });

  test('in a moment, by the clock of the database, is waited for and looked at again', async () => {
    const { run, prepare } = setUp([
      { kind: 'too_early', remainingMs: 5 },
      { kind: 'deliver', reply },
    ]);
    expect(await run()).toEqual({ kind: 'done', result: 'sent' });
    expect(prepare).toHaveBeenCalledTimes(2);
  });
});
