import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AutoReplyStore, ConflictingReport, IntakeOutcome, ReplyOutcome } from '@mood/domain';
import { createRepliesUnderTest, sendingReply as reply } from '@mood/testing/auto-reply-store.fake';
import { createDeliverAutoReplyJob, createReceiveMessageJob } from './auto-replies.ts';
import { attemptOf } from './jobs.fake.ts';

const autoReplyRules = { cooldownSeconds: 300, maxLateSeconds: 900, dailyCap: 20 };
const reported = {
  messageId: 'message-1',
  conversationId: reply.conversationId,
  modelId: reply.modelId,
  userId: reply.userId,
  receivedAt: '2026-01-02T15:45:00.000Z',
  senderType: 'user',
  automated: false,
} as const;

describe('the job of a message that was reported', () => {
  const dueAt = new Date('2026-01-02T15:45:10.000Z');
  const autoReplyId = reply.id;

  /** How it ends, and which reply it hands over. */
  async function receive(outcome: IntakeOutcome | ConflictingReport) {
    const handedOver: string[] = [];
    const receiveOnce = jest.fn<AutoReplyStore['receive']>(async () => outcome);
    const job = createReceiveMessageJob(
      {
        autoReplies: createRepliesUnderTest({ receive: receiveOnce }),
        usage: { count: () => {} },
        flags: { isOn: () => true },
        autoReplyRules,
        onReplyOutcome: () => {},
      },
      async (id) => {
        handedOver.push(id);
        return { kind: 'done', result: 'sent' };
      },
    );
    return { ended: await job(reported, attemptOf(false)), handedOver, receiveOnce };
  }

  test('hands over a reply that is due, which stays its own', async () => {
    const { ended, handedOver, receiveOnce } = await receive({ kind: 'scheduled', autoReplyId, dueAt, isDue: true });
    expect([ended, handedOver]).toEqual([{ kind: 'done', result: 'sent' }, [autoReplyId]]);
    expect(receiveOnce.mock.calls[0]?.[2]).toEqual({ queue: 'auto-reply', jobId: 'job-1' });
  });

  test.each<[IntakeOutcome, object]>([
    [
      { kind: 'scheduled', autoReplyId, dueAt, isDue: false },
      { kind: 'done', result: 'scheduled' },
    ],
    [
      { kind: 'joined', autoReplyId, dueAt },
      { kind: 'done', result: 'joined' },
    ],
    [
      { kind: 'ignored', reason: 'answered' },
      { kind: 'cancel', reason: 'answered' },
    ],
  ])('leaves %j to others, and ends', async (outcome, expected) => {
    const { ended, handedOver } = await receive(outcome);
    expect([ended, handedOver]).toEqual([expected, []]);
  });

  test('is refused for good when it was reported as the message of somebody else', async () => {
    const { ended, handedOver } = await receive({ kind: 'conflict' });
    expect([ended.kind, handedOver]).toEqual(['refuse', []]);
  });
});

describe('the job that delivers a reply', () => {
  test.each([
    ['is refused', new RefusedByService('message service answered 422'), false, true],
    ['is not taken at the last attempt', new DependencyUnavailable('message service'), true, true],
    ['is not taken, and can be tried again,', new DependencyUnavailable('message service'), false, false],
    ['may have been sent, because our database failed,', new DependencyUnavailable('database'), true, false],
  ])('that %s (%s, at the last attempt: %s) marks it as failed: %s', async (_what, failure, lastAttempt, isMarked) => {
    const fail = jest.fn<AutoReplyStore['fail']>(async () => ({ templateId: 'template-1' }));
    const outcomes: ReplyOutcome[] = [];
    const counted: string[] = [];
    const job = createDeliverAutoReplyJob({
      autoReplies: createRepliesUnderTest({ find: async () => reply, fail }),
      messages: { sendMessage: () => Promise.reject(failure), notify: async () => undefined },
      usage: { count: (templateId, outcome) => void counted.push(`${templateId} ${outcome}`) },
      flags: { isOn: () => true },
      autoReplyRules,
      onReplyOutcome: (outcome) => void outcomes.push(outcome),
    });
    await expect(job({ autoReplyId: reply.id }, attemptOf(lastAttempt))).rejects.toBe(failure);
    expect(fail.mock.calls).toEqual(isMarked ? [[reply.id]] : []);
    expect([outcomes, counted]).toEqual(isMarked ? [['failed'], ['template-1 failed']] : [[], []]);
  });
});
