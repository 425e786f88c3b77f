import { describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable } from '../errors.ts';
import type { Flags } from '../flags/ports.ts';
import { neverSetMood } from '../moods/mood.ts';
import type { Mood } from '../moods/mood.ts';
import type { MoodStore } from '../moods/ports.ts';
import type { PerformerDirectory, UserDirectory } from '../platform-ports.ts';
import { createTemplateIndex } from '../templates/template-index.ts';
import { policyUnderTest, templateUnderTest } from '../templates/template.fixture.ts';
import type { Template } from '../templates/template.ts';
import { createRepliesUnderTest, pendingReply } from '@mood/testing/auto-reply-store.fake';
import type { AutoReply } from './auto-reply.ts';
import type { AutoReplyStore } from './ports.ts';
import type { ReplyOutcome } from './reply-outcomes.ts';
import { prepareAutoReply } from './prepare-auto-reply.ts';
import type { PrepareAutoReplyDependencies } from './prepare-auto-reply.ts';

const now = new Date('2026-01-02T15:45:00Z');
const positive: Mood = { ...neverSetMood(pendingReply.modelId, now), moodState: 'positive', autoRespond: true, version: 4 };

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this of the store');
}

interface Scene {
  /** What the store answers, one after another; the last one for good. */
  replies?: (AutoReply | null)[];
  moods?: (Mood | null)[];
  begun?: boolean;
  reopened?: boolean;
  templates?: Template[];
  /** By experiment. */
  holdouts?: [experiment: string, share: number][];
}

function setUp({
  replies = [pendingReply],
  moods = [positive],
  begun = true,
  reopened = false,
  templates = [],
  holdouts = [],
}: Scene = {}) {
  const next = <T>(answers: T[]) => (answers.length > 1 ? answers.shift() : answers[0]);
  const beginSending = jest.fn<AutoReplyStore['beginSending']>(async () => begun);
  const holdOut = jest.fn<AutoReplyStore['holdOut']>(async () => begun);
  const outcomes: ReplyOutcome[] = [];
  const index = createTemplateIndex(templates);
  index.advance(12, holdouts);
  const reopen = jest.fn<AutoReplyStore['reopen']>(async () => reopened);
  const cancel = jest.fn<AutoReplyStore['cancel']>(async () => true);
  const count = jest.fn();
  const countRefused = jest.fn();
  const noteSkipped = jest.fn();
  const findUser = jest.fn<UserDirectory['findUser']>(async (id) => ({ id, displayName: 'John', tier: 'gold', locale: 'fr-CA' }));
  const findPerformer = jest.fn<PerformerDirectory['findPerformer']>(async (id) => ({ id, displayName: 'Sophia' }));
  const moodStore: MoodStore = {
    find: async () => next(moods) ?? null,
    findMany: notAsked,
    change: notAsked,
    expire: notAsked,
    history: notAsked,
  };
  const isOn = jest.fn<Flags['isOn']>(() => true);
  const deps: PrepareAutoReplyDependencies = {
    autoReplies: createRepliesUnderTest({ find: async () => next(replies) ?? null, beginSending, holdOut, reopen, cancel }),
    onReplyOutcome: (outcome) => void outcomes.push(outcome),
    moods: moodStore,
    flags: { isOn },
    templates: { current: async () => index, refresh: notAsked },
    usage: { count },
    contentPolicy: policyUnderTest,
    refusedValues: { count: countRefused },
    skippedTemplates: { note: noteSkipped },
    users: { findUser },
    performers: { findPerformer },
    autoReplyRules: { maxLateSeconds: 900 },
    clock: () => now,
  };
  return {
    deps,
    beginSending,
    holdOut,
    outcomes,
    reopen,
    cancel,
    count,
    countRefused,
    noteSkipped,
    findUser,
    findPerformer,
    isOn,
    run: () => prepareAutoReply(deps, 'reply-1'),
  };
}

const template = (overrides: Partial<Template>) => templateUnderTest({ templateType: 'auto_response', ...overrides });

describe('an automatic reply that is due', () => {
  test.each([
    ['America/New_York', 'Asia/Tokyo', '10:45 AM on Jan 2, 2026'],
    ['Pacific/Auckland', undefined, '4:45 AM on Jan 3, 2026'],
    ['Asia/Kolkata', undefined, '9:15 PM on Jan 2, 2026'],
    [undefined, 'Asia/Tokyo', '12:45 AM on Jan 3, 2026'],
    [undefined, undefined, '3:45 PM on Jan 2, 2026'],
  ])('tells the time of the user (%s), else of the model (%s), else UTC', async (ofUser, ofModel, text) => {
    const { run, findUser, findPerformer } = setUp({ templates: [template({ content: '{{time}} on {{date}}' })] });
    findUser.mockResolvedValue({ id: 'u', displayName: null, tier: null, locale: null, ...(ofUser !== undefined && { timeZone: ofUser }) });
    findPerformer.mockResolvedValue({ id: 'm', displayName: null, ...(ofModel !== undefined && { timeZone: ofModel }) });
    expect(await run()).toMatchObject({ kind: 'deliver', reply: { text } });
  });

  test('counts and notes the templates that it passed over, once it has begun', async () => {
    const never = template({ content: 'Thanks for {{amount}}', priority: 9_999 });
    const good = template({ content: 'Thanks.' });
    const { run, count, noteSkipped } = setUp({ templates: [never, good] });
    expect(await run()).toMatchObject({ kind: 'deliver', reply: { text: 'Thanks.' } });
    expect(count.mock.calls).toEqual([
      [never.id, 'failed'],
      [good.id, 'rendered'],
    ]);
    expect(noteSkipped.mock.calls).toEqual([[never, ['amount'], true]]);
  });

  test.each([
    ['pending', null, -1],
    ['sending', 'Back soon', -1],
    ['failed', 'Back soon', -1],
    ['pending', null, 0],
  ] as const)('and is %s (%s) while replies are switched off is cancelled for good', async (status, text, remainingMs) => {
    const { run, isOn, cancel, beginSending } = setUp({ replies: [{ ...pendingReply, status, text, remainingMs }] });
    isOn.mockResolvedValue(false);
    expect(await run()).toEqual({ kind: 'over', reason: 'sending_off' });
    expect(cancel.mock.calls).toEqual([['reply-1', 'sending_off']]);
    expect(beginSending).not.toHaveBeenCalled();
    expect(isOn.mock.calls).toEqual([['auto-replies.send', { id: pendingReply.modelId, role: 'model' }]]);
  });

  test('has neither a message that is not shown nor a variant of an experiment that is switched off', async () => {
    const withMessage = template({ content: 'Says: {{customMessage}}', priority: 9_999 });
    const variant = template({ content: 'Hello.', experiment: 'tone' });
    const { run, isOn, beginSending } = setUp({ moods: [{ ...positive, customMessage: 'Hi' }], templates: [withMessage, variant] });
    isOn.mockImplementation(async (key) => key === 'auto-replies.send');
    expect(await run()).toMatchObject({ kind: 'deliver', reply: { text: 'Hello.' } });
    expect(beginSending.mock.calls[0]?.[1]).toMatchObject({ template: { id: variant.id, experiment: null } });
  });

  test('only later waits, though replies are switched off', async () => {
    const { run, isOn, cancel } = setUp({ replies: [{ ...pendingReply, remainingMs: 1 }] });
    isOn.mockReturnValue(false);
    expect(await run()).toEqual({ kind: 'too_early', remainingMs: 1 });
    expect(cancel).not.toHaveBeenCalled();
  });

  test.each(['   ', '\u200B', '\u2800', '\u3164', '<b> </b>', '\u0301', '\uFEFF'])('takes the name %j for none', async (displayName) => {
    const { run, findUser } = setUp({ templates: [template({ content: "Hey {{userName|there}}, it's {{modelName}}!" })] });
    findUser.mockResolvedValue({ id: 'u', displayName, tier: null, locale: null });
    expect(await run()).toMatchObject({ reply: { text: "Hey there, it's Sophia!" } });
  });

  test.each([
    ['https://evil.com', 'url'],
    ['joe@mail.com', 'email'],
    ['<b>secret</b>', 'listed_word'],
  ])('leaves out a user’s name that the content policy forbids: %s', async (displayName, kind) => {
    const { run, findUser, countRefused } = setUp({ templates: [template({ content: 'Hi {{userName|there}}!' })] });
    findUser.mockResolvedValue({ id: pendingReply.userId, displayName, tier: null, locale: null });
    expect(await run()).toMatchObject({ kind: 'deliver', reply: { text: 'Hi there!' } });
    expect(countRefused.mock.calls).toEqual([['userName', kind]]);
  });

  test('gets its text from the template of the user’s tier and locale, and remembers which', async () => {
    const french = template({
      content: '{{userName}}, {{modelName}} revient. {{tier}}',
      locale: 'fr',
      tierLevel: 'gold',
      experiment: 'ton',
      version: 7,
    });
    const { run, beginSending, count } = setUp({ templates: [template({ content: 'Hi', priority: 900 }), french] });
    const text = 'John, Sophia revient. gold';
    expect(await run()).toEqual({ kind: 'deliver', reply: { ...pendingReply, status: 'sending', text } });
    expect(beginSending.mock.calls).toEqual([
      [
        'reply-1',
        {
          text,
          template: { id: french.id, version: 7, experiment: 'ton' },
          moodState: 'positive',
          tier: 'gold',
          exposure: { revision: 12, heldOut: false },
        },
      ],
    ]);
    expect(count.mock.calls).toEqual([[french.id, 'rendered']]);
  });

  test('gets the same variant of an experiment as this user always does', async () => {
    const templates = ['a', 'b', 'c', 'd'].map((content) => template({ content, experiment: 'tone' }));
    const texts = new Set<string | undefined>();
    for (let nth = 0; nth < 10; nth++) {
      const { run, beginSending } = setUp({ templates: nth % 2 === 0 ? templates : templates.toReversed() });
      await run();
      texts.add(beginSending.mock.calls[0]?.[1].text);
    }
    expect(texts.size).toBe(1);
  });

  test('is not sent to who belongs to the holdout of its experiment, which is recorded', async () => {
    const variant = template({ content: 'Hi', experiment: 'tone', version: 2 });
    const { run, holdOut, outcomes, count } = setUp({ templates: [variant], holdouts: [['tone', 1]] });
    expect(await run()).toEqual({ kind: 'over', reason: 'held_out' });
    expect(holdOut.mock.calls).toMatchObject([
      ['reply-1', { template: { id: variant.id, experiment: 'tone' }, exposure: { revision: 12, heldOut: true } }],
    ]);
    expect(outcomes).toEqual(['held_out']);
    expect(count).not.toHaveBeenCalled();
  });

  test('gets a built-in text when nothing is stored, which is counted for no template', async () => {
    const { run, beginSending, count } = setUp();
    await run();
    expect(beginSending.mock.calls[0]?.[1]).toMatchObject({ text: expect.stringContaining('John'), template: null });
    expect(count).not.toHaveBeenCalled();
  });

  test('goes out without tier, locale and name when the User Service does not answer', async () => {
    const general = template({ content: 'Hi {{userName|there}}' });
    const { run, beginSending, findUser } = setUp({ templates: [template({ tierLevel: 'gold' }), template({ locale: 'fr' }), general] });
    findUser.mockRejectedValue(new DependencyUnavailable('User Service'));
    expect(await run()).toMatchObject({ kind: 'deliver' });
    expect(beginSending.mock.calls[0]?.[1]).toMatchObject({ text: 'Hi there', tier: null, template: { id: general.id } });
  });
});

describe('an automatic reply', () => {
  test.each([
    ['pending', null],
    ['sending', 'Hi'],
  ] as const)('that failed, and that its retried job finds %s again, goes on', async (status, text) => {
    const failed = { ...pendingReply, status: 'failed' as const, text };
    const { run, reopen } = setUp({ replies: [failed, { ...failed, status }], reopened: true });
    expect(await run()).toMatchObject({ kind: 'deliver', reply: { status: 'sending', text: text ?? expect.any(String) } });
    expect(reopen.mock.calls).toEqual([['reply-1']]);
  });

  test('that failed, and that nobody needs any more, is over', async () => {
    expect(await setUp({ replies: [{ ...pendingReply, status: 'failed', text: 'Hi' }] }).run()).toEqual({ kind: 'over', reason: 'failed' });
  });

  test.each(['sent', 'joined', 'cancelled'] as const)('that is %s is over', async (status) => {
    expect(await setUp({ replies: [{ ...pendingReply, status }] }).run()).toEqual({ kind: 'over', reason: status });
  });

  test('that nobody knows is over', async () => {
    expect(await setUp({ replies: [null] }).run()).toEqual({ kind: 'over', reason: 'unknown' });
  });

  test('that has its text already keeps it', async () => {
    const sending = { ...pendingReply, status: 'sending' as const, text: 'Hi' };
    const { run, beginSending } = setUp({ replies: [sending] });
    expect(await run()).toEqual({ kind: 'deliver', reply: sending });
    expect(beginSending).not.toHaveBeenCalled();
  });

  test('that is not due waits', async () => {
    expect(await setUp({ replies: [{ ...pendingReply, remainingMs: 70 }] }).run()).toEqual({ kind: 'too_early', remainingMs: 70 });
  });

  test.each([
    ['auto_respond_off', { ...positive, autoRespond: false }],
    ['auto_respond_off', null],
    ['mood_expired', { ...positive, expiresAt: now }],
  ] as const)('is cancelled when the mood of now wants none (%s)', async (reason, mood) => {
    const { run, cancel, beginSending } = setUp({ moods: [mood] });
    expect(await run()).toEqual({ kind: 'over', reason });
    expect(cancel.mock.calls).toEqual([['reply-1', reason]]);
    expect(beginSending).not.toHaveBeenCalled();
  });

  test.each([
    ['pending', -900_001],
    ['pending', -86_400_000],
    ['sending', -900_001],
    ['failed', -900_001],
  ] as const)('that is %s and %i ms past due is cancelled', async (status, remainingMs) => {
    const reply = { ...pendingReply, status, remainingMs, text: status === 'pending' ? null : 'Hi' };
    const { run, cancel, beginSending, reopen, findUser } = setUp({ replies: [reply] });
    expect(await run()).toEqual({ kind: 'over', reason: 'too_late' });
    expect(cancel.mock.calls).toEqual([['reply-1', 'too_late']]);
    expect([beginSending.mock.calls, reopen.mock.calls, findUser.mock.calls]).toEqual([[], [], []]);
  });

  test('that is just not too late goes on', async () => {
    expect(await setUp({ replies: [{ ...pendingReply, remainingMs: -900_000 }] }).run()).toMatchObject({ kind: 'deliver' });
  });

  test.each(['sent', 'joined', 'cancelled'] as const)('that is %s stays so, however late it is', async (status) => {
    const { run, cancel } = setUp({ replies: [{ ...pendingReply, status, remainingMs: -1e9 }] });
    expect(await run()).toEqual({ kind: 'over', reason: status });
    expect(cancel).not.toHaveBeenCalled();
  });

  test('to a user whom the User Service does not know any more is cancelled', async () => {
    const { run, cancel, beginSending, findUser } = setUp();
    findUser.mockResolvedValue(null);
    expect(await run()).toEqual({ kind: 'over', reason: 'recipient_gone' });
    expect(cancel.mock.calls).toEqual([['reply-1', 'recipient_gone']]);
    expect(beginSending).not.toHaveBeenCalled();
  });

  test('that was cancelled while its text was chosen is over', async () => {
    const { run, cancel } = setUp({ begun: false, replies: [pendingReply, { ...pendingReply, status: 'cancelled' }] });
    expect(await run()).toEqual({ kind: 'over', reason: 'cancelled' });
    expect(cancel).not.toHaveBeenCalled();
  });

  test('whose mood changed while its text was chosen gets the text of the new mood', async () => {
    const { run, beginSending } = setUp({
      moods: [positive, { ...positive, moodState: 'negative', version: 5 }],
      templates: [template({ content: 'Glad.' }), template({ content: 'Sad.', moodState: 'negative' })],
    });
    beginSending.mockResolvedValueOnce(false);
    expect(await run()).toMatchObject({ kind: 'deliver' });
    expect(beginSending.mock.calls.map(([, { text }]) => text)).toEqual(['Glad.', 'Sad.']);
  });

  test('that the same mood refuses by the clock of the database is cancelled, not tried for ever', async () => {
    const { run, beginSending, cancel } = setUp({ begun: false });
    expect(await run()).toEqual({ kind: 'over', reason: 'mood_expired' });
    expect(beginSending).toHaveBeenCalledTimes(1);
    expect(cancel.mock.calls).toEqual([['reply-1', 'mood_expired']]);
  });
});
