import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AutoReplyStore, ReplyOutcome } from '@mood/domain';
import { createRepliesUnderTest, sendingReply as reply } from '@mood/testing/auto-reply-store.fake';
import { createDeliverAutoReplyJob } from './auto-replies.ts';
import { attemptOf } from './jobs.fake.ts';

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
      autoReplyRules: { cooldownSeconds: 300, maxLateSeconds: 900, dailyCap: 20 },
      onReplyOutcome: (outcome) => void outcomes.push(outcome),
    });
    await expect(job({ autoReplyId: reply.id }, attemptOf(lastAttempt))).rejects.toBe(failure);
    expect(fail.mock.calls).toEqual(isMarked ? [[reply.id]] : []);
    expect([outcomes, counted]).toEqual(isMarked ? [['failed'], ['template-1 failed']] : [[], []]);
  });
});
