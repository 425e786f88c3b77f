import { describe, expect, test } from '@jest/globals';
import { createRepliesUnderTest } from '@mood/testing/auto-reply-store.fake';
import type { Flags } from '../flags/ports.ts';
import type { AutoReplyRules, Carrier, ConflictingReport, IntakeOutcome, IntakeRules, ReceivedMessage } from './auto-reply.ts';
import { receiveMessage } from './receive-message.ts';

const message: ReceivedMessage = {
  messageId: 'message-1',
  conversationId: 'conversation-1',
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  userId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e',
  receivedAt: new Date('2026-01-01T12:00:00Z'),
  senderType: 'user',
  automated: false,
};

const scheduled: IntakeOutcome = { kind: 'scheduled', autoReplyId: 'reply-1', dueAt: message.receivedAt, isDue: true };

const autoReplyRules: AutoReplyRules = { cooldownSeconds: 60, maxLateSeconds: 900, dailyCap: 20 };

/** Takes messages in, and does nothing else. */
function createIntake(outcome: IntakeOutcome | ConflictingReport = scheduled, isOn: Flags['isOn'] = () => true) {
  const taken: { message: ReceivedMessage; rules: IntakeRules; carrier: Carrier | null }[] = [];
  const autoReplies = createRepliesUnderTest({
    async receive(message, rules, carrier) {
      taken.push({ message, rules, carrier });
      return outcome;
    },
  });
  return { autoReplies, autoReplyRules, flags: { isOn }, taken };
}

describe('a message that came in', () => {
  test('from a user is taken in, with the rules for replies', async () => {
    const intake = createIntake();
    expect(await receiveMessage(intake, message)).toEqual(scheduled);
    expect(intake.taken).toEqual([{ message, rules: autoReplyRules, carrier: null }]);
  });

  test('from a user may be kept by the job that reports it', async () => {
    const intake = createIntake();
    const carrier = { queue: 'auto-reply', jobId: 'report-1' };
    await receiveMessage(intake, message, carrier);
    expect(intake.taken).toEqual([{ message, rules: autoReplyRules, carrier }]);
  });

  test.each([
    ['model', false, 'not_from_a_user'],
    ['system', false, 'not_from_a_user'],
    ['model', true, 'not_from_a_user'],
    ['user', true, 'automated'],
  ] as const)('from a %s (automated: %s) leaves no trace: %s', async (senderType, automated, reason) => {
    const intake = createIntake();
    expect(await receiveMessage(intake, { ...message, senderType, automated })).toEqual({ kind: 'ignored', reason });
    expect(intake.taken).toEqual([]);
  });

  test('while replies of the model are switched off is taken in by that rule', async () => {
    const intake = createIntake({ kind: 'ignored', reason: 'sending_off' }, async (key, subject) => {
      expect([key, subject]).toEqual(['auto-replies.send', { id: message.modelId, role: 'model' }]);
      return false;
    });
    expect(await receiveMessage(intake, message)).toEqual({ kind: 'ignored', reason: 'sending_off' });
    expect(intake.taken).toEqual([{ message, rules: { ...autoReplyRules, sendingOff: true }, carrier: null }]);
  });

  test('that is known as another user’s is refused', async () => {
    await expect(receiveMessage(createIntake({ kind: 'conflict' }), message)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  test.each([
    [scheduled, message, [['replies_reported', '', null]]],
    [
      { kind: 'ignored', reason: 'cooling_down' } as const,
      message,
      [
        ['replies_reported', '', null],
        ['replies_ignored', 'cooling_down', null],
      ],
    ],
    [
      scheduled,
      { ...message, automated: true },
      [
        ['replies_reported', '', null],
        ['replies_ignored', 'automated', null],
      ],
    ],
  ])('is counted as reported, and by the reason when it is ignored (%#)', async (outcome, given, expected) => {
    const counted: unknown[][] = [];
    await receiveMessage({ ...createIntake(outcome), processCounter: { count: (...count: unknown[]) => counted.push(count) } }, given);
    expect(counted).toEqual(expected);
  });
});
