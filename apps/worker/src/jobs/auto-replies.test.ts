import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AutoReply, AutoReplyStore, ReplyOutcome } from '@mood/domain';
import { createDeliverAutoReplyJob } from './auto-replies.ts';
import { attemptOf, createRepliesUnderTest } from './jobs.fake.ts';

const reply: AutoReply = {
  id: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2a',
  conversationId: 'conversation-1',
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  userId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e',
  status: 'sending',
  remainingMs: 0,
  asOf: new Date('2026-01-02T03:04:05Z'),
  text: 'Back soon',
};

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
      autoReplyRules: { cooldownSeconds: 300, maxLateSeconds: 900, dailyCap: 20 },
      onReplyOutcome: (outcome) => void outcomes.push(outcome),
    });
    await expect(job({ autoReplyId: reply.id }, attemptOf(lastAttempt))).rejects.toBe(failure);
    expect(fail.mock.calls).toEqual(isMarked ? [[reply.id]] : []);
    expect([outcomes, counted]).toEqual(isMarked ? [['failed'], ['template-1 failed']] : [[], []]);
  });
});
