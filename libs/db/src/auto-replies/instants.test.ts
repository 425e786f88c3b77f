import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AutoReplyStore, PreparedReply, ReceivedMessage } from '@mood/domain';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createPerformerRegistry } from '../moods/performer-registry.ts';
import { createAutoReplyStore } from './auto-reply-store.ts';

const prepared: PreparedReply = { text: 'Back soon', template: null, moodState: 'positive', tier: null };
const ignored = (reason: string) => ({ kind: 'ignored', reason });

let opened: DatabaseUnderTest;
let replies: AutoReplyStore;
let modelId: string;
let userId: string;
let conversationId: string;
/** Every time is told from this one, a minute ago, so that none is later than now. */
let start: number;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  replies = createAutoReplyStore(opened.database);
});
beforeEach(async () => {
  [modelId, userId, conversationId] = [randomUUID(), randomUUID(), randomUUID()];
  start = Date.now() - 60_000;
  await createPerformerRegistry(opened.database).register([modelId]);
  await setMood(at(-3_600_000));
});
afterAll(() => opened.close());

const at = (ms: number) => new Date(start + ms);

/** Wants replies since then. */
async function setMood(since: Date): Promise<void> {
  await opened.sql.query(
    `INSERT INTO model_mood_states AS s (model_id, mood_state, auto_respond, updated_by, version, updated_at)
      VALUES ($1, 'positive', true, 'model', 1, $2) ON CONFLICT (model_id) DO UPDATE SET updated_at = excluded.updated_at`,
    [modelId, since],
  );
}

/** An entry of the log as of then. */
async function log(version: number, createdAt: Date, autoRespond: boolean, expiresAt: Date | null = null): Promise<void> {
  await opened.sql.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, new_state, changed_by, auto_respond, response_delay, expires_at, created_at, hash)
      VALUES (uuidv7(), $1, $2, 'positive', 'model', $3, 0, $4, $5, '')`,
    [modelId, version, autoRespond, expiresAt, createdAt],
  );
}

const receive = (receivedAt: Date, more: Partial<ReceivedMessage> = {}, cooldownSeconds = 0) =>
  replies.receive(
    { messageId: randomUUID(), conversationId, modelId, userId, receivedAt, senderType: 'user', automated: false, ...more },
    { cooldownSeconds, maxLateSeconds: 900, dailyCap: 20 },
    null,
  );

async function schedule(receivedAt: Date, more: Partial<ReceivedMessage> = {}): Promise<string> {
  const outcome = await receive(receivedAt, more);
  if (outcome.kind !== 'scheduled') throw new Error(`the message was ${JSON.stringify(outcome)}`);
  return outcome.autoReplyId;
}

const answer = (answeredAt: Date) => replies.answered(conversationId, modelId, answeredAt);

const changeMood = (change: string) => opened.sql.query(`UPDATE model_mood_states SET ${change} WHERE model_id = $1`, [modelId]);

describe('an answer of the model', () => {
  test('cancels the reply to a message of that very instant, and none that is later', async () => {
    const id = await schedule(at(0));
    expect(await answer(at(-1))).toBe(0);
    expect(await replies.find(id)).toMatchObject({ status: 'pending' });
    expect(await answer(at(0))).toBe(1);
    expect(await replies.find(id)).toMatchObject({ status: 'cancelled' });
  });

  test('counts for messages up to its instant that are reported later, and for none after it', async () => {
    await answer(at(0));
    expect(await receive(at(-1))).toEqual(ignored('answered'));
    expect(await receive(at(0))).toEqual(ignored('answered'));
    expect(await receive(at(1))).toMatchObject({ kind: 'scheduled' });
  });

  test('that is reported late does not set back the last one', async () => {
    await answer(at(0));
    await answer(at(-1_000));
    expect(await receive(at(-500))).toEqual(ignored('answered'));
    await answer(at(1_000));
    expect(await receive(at(500))).toEqual(ignored('answered'));
  });

  test('leaves a reply that a later message has joined, also when an earlier one joined after it', async () => {
    const id = await schedule(at(0));
    expect(await receive(at(1_000))).toMatchObject({ kind: 'joined', autoReplyId: id });
    expect(await receive(at(200))).toMatchObject({ kind: 'joined', autoReplyId: id });
    expect(await answer(at(999))).toBe(0);
    expect(await answer(at(1_000))).toBe(1);
  });

  test('of the very instant of the last message keeps a failed reply closed, and an earlier one does not', async () => {
    const ids = [await schedule(at(0)), await schedule(at(0), { conversationId: 'another' })];
    for (const id of ids) await replies.fail(id);
    await answer(at(0));
    await replies.answered('another', modelId, at(-1));
    expect(await Promise.all(ids.map((id) => replies.reopen(id)))).toEqual([false, true]);
  });
});

describe('a message of the very instant', () => {
  test('of the last reply has been replied to, and one after it has not', async () => {
    const id = await schedule(at(-5_000));
    await replies.beginSending(id, prepared);
    await replies.confirmSent(id);
    await opened.sql.query('UPDATE auto_replies SET sent_at = $2 WHERE id = $1', [id, at(0)]);
    expect(await receive(at(0))).toEqual(ignored('replied'));
    expect(await receive(at(1))).toMatchObject({ kind: 'scheduled' });
  });

  test('of the next reply keeps the one that failed before it closed', async () => {
    const failed = await schedule(at(0));
    await replies.fail(failed);
    const next = await schedule(at(-1_000));
    await replies.beginSending(next, prepared);
    await replies.confirmSent(next);
    await opened.sql.query('UPDATE auto_replies SET sent_at = $2 WHERE id = $1', [next, at(0)]);
    expect(await replies.reopen(failed)).toBe(false);
    await opened.sql.query('UPDATE auto_replies SET sent_at = $2 WHERE id = $1', [next, at(-1)]);
    expect(await replies.reopen(failed)).toBe(true);
  });

  test('in which the mood was set gets a reply, to the millisecond, and one of the millisecond before does not', async () => {
    await setMood(at(0));
    await changeMood(`updated_at = updated_at + interval '999 microseconds'`);
    expect(await receive(at(-1))).toEqual(ignored('before_mood'));
    expect(await receive(at(0))).toMatchObject({ kind: 'scheduled' });
  });

  test('at which the mood of that time ended gets no reply, though the model wants replies again', async () => {
    await log(1, at(-10_000), true, at(0));
    await log(2, at(5_000), true);
    await setMood(at(5_000));
    expect(await receive(at(0))).toEqual(ignored('before_mood'));
    expect(await receive(at(-1))).toMatchObject({ kind: 'scheduled' });
  });

  test('in which the model came to want replies gets one, and one of the millisecond before does not', async () => {
    await log(1, at(-10_000), false);
    await log(2, at(0), true);
    await log(3, at(5_000), true);
    await setMood(at(5_000));
    expect(await receive(at(-1))).toEqual(ignored('before_mood'));
    expect(await receive(at(0))).toMatchObject({ kind: 'scheduled' });
  });

  test('in which the model wanted replies no more, and then again, is of the later mood', async () => {
    await log(1, at(-10_000), true);
    await log(2, at(0), false);
    await log(3, at(0), true);
    await setMood(at(5_000));
    expect(await receive(at(0))).toMatchObject({ kind: 'scheduled' });
  });
});

describe('a mood that has ended, and whose reset is not written yet', () => {
  test('schedules no reply', async () => {
    await changeMood(`expires_at = clock_timestamp()`);
    expect(await receive(at(0))).toEqual(ignored('auto_respond_off'));
  });

  test.each([
    ['ended', `expires_at = clock_timestamp()`, false],
    ['wants no replies any more', `auto_respond = false`, false],
    ['goes on', `expires_at = clock_timestamp() + interval '1 hour'`, true],
  ])('or that %s lets a reply begin as it should, alone and with others', async (_what, change, begins) => {
    const ids = [];
    for (const conversation of ['one', 'two', 'three', 'four']) ids.push(await schedule(at(0), { conversationId: conversation }));
    await changeMood(change);
    const begun = await Promise.all(ids.map((id) => replies.beginSending(id, prepared)));
    expect(begun).toEqual(ids.map(() => begins));
    const found = await Promise.all(ids.map((id) => replies.find(id)));
    const expected = begins ? { status: 'sending', text: 'Back soon' } : { status: 'pending', text: null };
    expect(found).toMatchObject(ids.map(() => expected));
  });
});

describe('the clock of whoever reports, when it is fast,', () => {
  test('does not make the reply to a message due later than the model wants', async () => {
    await changeMood('response_delay = 30');
    const before = Date.now();
    const outcome = await receive(new Date(before + 3_600_000));
    if (outcome.kind !== 'scheduled') throw new Error(outcome.kind);
    const seconds = (outcome.dueAt.getTime() - before) / 1_000;
    expect([outcome.isDue, seconds >= 29, seconds < 1_800]).toEqual([false, true, true]);
  });

  test('does not let an answer cancel replies to what is written after it', async () => {
    await answer(new Date(Date.now() + 3_600_000));
    expect(await receive(new Date(Date.now() + 1_800_000))).toMatchObject({ kind: 'scheduled' });
  });
});
