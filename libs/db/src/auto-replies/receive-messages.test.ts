import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AutoReplyRules, AutoReplyStore, CancelReason, IntakeRules, MoodStore, PreparedReply, ReceivedMessage } from '@mood/domain';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { Database } from '../database.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from '../moods/mood-store.ts';
import { createPerformerRegistry } from '../moods/performer-registry.ts';
import { createAutoReplyStore } from './auto-reply-store.ts';

const rules: AutoReplyRules = { cooldownSeconds: 60, maxLateSeconds: 900, dailyCap: 20 };
const prepared: PreparedReply = { text: 'Back soon', template: null, moodState: 'positive', tier: null };
const ignored = (reason: string) => ({ kind: 'ignored', reason });

let opened: DatabaseUnderTest;
let replies: AutoReplyStore;
let moods: MoodStore;
let modelId: string;
let userId: string;
let conversationId: string;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  replies = createAutoReplyStore(opened.database);
  moods = createMoodStore(opened.database, createAuditVault(opened.database, [createMasterKey('m1')]));
});
beforeEach(async () => {
  modelId = randomUUID();
  userId = randomUUID();
  conversationId = randomUUID();
  await createPerformerRegistry(opened.database).register([modelId]);
});
afterAll(() => opened.close());

async function setMood(autoRespond: boolean, responseDelay = 0): Promise<void> {
  const outcome = await moods.change(
    modelId,
    { moodState: 'positive', customMessage: null, autoRespond, responseDelay, expiresAt: null },
    { kind: 'model', modelId, origin: { ipAddress: null, userAgent: null } },
    { hourlyLimit: 50, termsVersion: null, holdMinutes: null },
  );
  expect(outcome.kind).toBe('changed');
}

/** A mood that wants replies, and has for so many seconds. */
async function setOldMood(ageSeconds: number, responseDelay = 0): Promise<void> {
  await opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, response_delay, updated_by, version, updated_at)
      VALUES ($1, 'positive', true, $2, 'model', 1, now() - make_interval(secs => $3)) ON CONFLICT DO NOTHING`,
    [modelId, responseDelay, ageSeconds],
  );
}

const messageOf = (more: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  messageId: randomUUID(),
  conversationId,
  modelId,
  userId,
  receivedAt: new Date(),
  senderType: 'user',
  automated: false,
  ...more,
});

const receive = (more: Partial<ReceivedMessage> = {}, changed: Partial<IntakeRules> = {}, store = replies) =>
  store.receive(messageOf(more), { ...rules, ...changed }, null);

async function schedule(more: Partial<ReceivedMessage> = {}): Promise<string> {
  const outcome = await receive(more);
  if (outcome.kind !== 'scheduled') throw new Error(`the message was ${JSON.stringify(outcome)}`);
  return outcome.autoReplyId;
}

async function send(more: Partial<ReceivedMessage> = {}): Promise<string> {
  const id = await schedule(more);
  await replies.beginSending(id, prepared);
  await replies.confirmSent(id);
  return id;
}

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

const count = async () => (await opened.sql.query('SELECT count(*)::int AS n FROM auto_replies WHERE model_id = $1', [modelId])).rows[0].n;

describe('a message of the past', () => {
  test.each([
    ['the year 0', new Date('0000-01-01T00:00:00Z')],
    ['the year 1', new Date('0001-01-01T00:00:00Z')],
    ['before 1970', new Date('1969-12-31T23:59:59.999Z')],
    ['a year ago', secondsAgo(31_536_000)],
    ['six hours ago', secondsAgo(21_600)],
    ['an hour and a second ago', secondsAgo(3_601)],
  ])('(%s), from before the mood that wants replies, gets none', async (_when, receivedAt) => {
    await setOldMood(3_600);
    expect(await receive({ receivedAt })).toEqual(ignored('before_mood'));
    expect(await count()).toBe(0);
  });

  test.each([
    [0, 0, 'scheduled'],
    [0, 890, 'scheduled'],
    [0, 910, 'too_late'],
    [0, 3_500, 'too_late'],
    [0, 86_400 * 365, 'too_late'],
    [300, 910, 'scheduled'],
    [300, 1_190, 'scheduled'],
    [300, 1_210, 'too_late'],
  ])('whose delay is %i s and that is %i s old is %s', async (delay, age, expected) => {
    await setOldMood(86_400 * 1_000, delay);
    const outcome = await receive({ receivedAt: secondsAgo(age) });
    expect(outcome.kind === 'ignored' ? outcome.reason : outcome.kind).toBe(expected);
  });

  test('is judged by the bound that is set', async () => {
    await setOldMood(86_400);
    expect(await receive({ receivedAt: secondsAgo(20) }, { maxLateSeconds: 10 })).toEqual(ignored('too_late'));
    expect(await receive({ receivedAt: secondsAgo(3_000) }, { maxLateSeconds: 3_600 })).toMatchObject({ kind: 'scheduled' });
  });

  test('that came in while the model wanted replies, as it has ever since, gets one though the mood is another by now', async () => {
    await setMood(true);
    const receivedAt = new Date();
    await setMood(true, 1);
    await setMood(true, 2);
    expect(await receive({ receivedAt })).toMatchObject({ kind: 'scheduled', dueAt: new Date(receivedAt.getTime() + 2_000) });
  });

  test('that came in when the model wanted none gets none, though it wants them now', async () => {
    const receivedAt = secondsAgo(1);
    await setMood(true);
    expect(await receive({ receivedAt })).toEqual(ignored('before_mood'));
    await setMood(false);
    const later = new Date();
    await setMood(true);
    expect(await receive({ receivedAt: new Date(later.getTime() - 2) })).toEqual(ignored('before_mood'));
    expect(await receive()).toMatchObject({ kind: 'scheduled' });
  });

  test('gets the answer of its first report, however late it is reported again', async () => {
    await setOldMood(86_400);
    const message = messageOf();
    const first = await replies.receive(message, rules, null);
    expect(first).toMatchObject({ kind: 'scheduled' });
    await opened.sql.query(`UPDATE auto_replies SET received_at = received_at - interval '5 hours' WHERE message_id = $1`, [
      message.messageId,
    ]);
    expect(await replies.receive({ ...message, receivedAt: secondsAgo(18_000) }, rules, null)).toEqual(first);
  });

  test.each([3_600, 86_400 * 365 * 100])('or of the future (%i s ahead) counts as one of now', async (ahead) => {
    await setOldMood(60);
    const outcome = await receive({ receivedAt: secondsAgo(-ahead) });
    expect(outcome).toMatchObject({ kind: 'scheduled', isDue: true });
  });
});

describe('a message from before the last reply', () => {
  test('that is reported after the cooldown gets no second one', async () => {
    await setOldMood(3_600);
    await send({ receivedAt: secondsAgo(10) });
    expect(await receive({ receivedAt: secondsAgo(5) })).toEqual(ignored('cooling_down'));
    expect(await receive({ receivedAt: secondsAgo(5) }, { cooldownSeconds: 0 })).toEqual(ignored('replied'));
    expect(await receive({ receivedAt: secondsAgo(800) }, { cooldownSeconds: 0 })).toEqual(ignored('replied'));
  });

  test('does not matter in another conversation, nor to another user, nor when the message is newer', async () => {
    await setOldMood(3_600);
    await send({ receivedAt: secondsAgo(10) });
    expect(await receive({ receivedAt: secondsAgo(5), conversationId: randomUUID() })).toMatchObject({ kind: 'scheduled' });
    expect(await receive({ receivedAt: secondsAgo(5), userId: randomUUID() })).toMatchObject({ kind: 'scheduled' });
    await opened.sql.query(`UPDATE auto_replies SET sent_at = sent_at - interval '1 minute' WHERE conversation_id = $1`, [conversationId]);
    expect(await receive({ receivedAt: secondsAgo(5) }, { cooldownSeconds: 0 })).toMatchObject({ kind: 'scheduled' });
  });
});

describe('a message id', () => {
  beforeEach(() => setOldMood(3_600));

  test.each([
    ['conversation', () => (conversationId = randomUUID())],
    ['model', () => (modelId = randomUUID())],
    ['conversation and user', () => ([conversationId, userId] = [randomUUID(), randomUUID()])],
  ])('says nothing about a message of another %s', async (_what, change) => {
    const messageId = 'the-same';
    const first = await schedule({ messageId });
    change();
    await createPerformerRegistry(opened.database).register([modelId]);
    await setOldMood(3_600);
    const second = await schedule({ messageId });
    expect(second).not.toBe(first);
    expect(await replies.find(second)).toMatchObject({ modelId, conversationId, userId });
  });

  test('that is known as another user’s is a conflict, whatever became of the first, and nothing is changed', async () => {
    const message = messageOf();
    const first = await replies.receive(message, rules, null);
    const other = { ...message, userId: randomUUID() };
    expect(await replies.receive(other, rules, null)).toEqual({ kind: 'conflict' });
    await setMoodOff();
    expect(await replies.receive(other, rules, null)).toEqual({ kind: 'conflict' });
    expect(await replies.receive(message, rules, null)).toEqual(first);
    expect(await count()).toBe(1);
  });

  test('that two users are named for at once is one’s', async () => {
    const other = createAutoReplyStore(opened.connectAnother());
    for (let turn = 0; turn < 10; turn += 1) {
      const message = messageOf({ conversationId: randomUUID() });
      const people = Array.from({ length: 8 }, () => randomUUID());
      const outcomes = await Promise.all(
        people.map((person, index) => (index % 2 ? other : replies).receive({ ...message, userId: person }, rules, null)),
      );
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([...Array(7).fill('conflict'), 'scheduled']);
    }
  });

  test('that is reported 40 times, to two processes at once, makes one reply', async () => {
    const other = createAutoReplyStore(opened.connectAnother());
    const message = messageOf();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? other : replies).receive(message, rules, null)),
    );
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(await count()).toBe(1);
  });

  const setMoodOff = () => opened.sql.query('UPDATE model_mood_states SET auto_respond = false WHERE model_id = $1', [modelId]);
});

describe('users of one conversation', () => {
  beforeEach(() => setOldMood(3_600));

  test('get a reply each, and their own messages join it', async () => {
    const people = [userId, randomUUID(), randomUUID()];
    const first = await Promise.all(people.map((person) => schedule({ userId: person })));
    expect(new Set(first).size).toBe(3);
    for (const [index, person] of people.entries()) {
      expect(await receive({ userId: person })).toMatchObject({ kind: 'joined', autoReplyId: first[index] });
      expect(await replies.find(first[index] ?? '')).toMatchObject({ userId: person });
    }
  });

  test('rest each for themselves', async () => {
    await send();
    expect(await receive()).toEqual(ignored('cooling_down'));
    expect(await receive({ userId: randomUUID() })).toMatchObject({ kind: 'scheduled' });
  });

  test('are all answered when the model answers', async () => {
    for (const person of [userId, randomUUID(), randomUUID()]) await schedule({ userId: person });
    expect(await replies.answered(conversationId, modelId, new Date())).toBe(3);
  });
});

test.each([(id: string) => id, (id: string) => id.toUpperCase()])('a model that writes to itself gets no reply', async (spelt) => {
  await setOldMood(3_600);
  expect(await receive({ userId: spelt(modelId) })).toEqual(ignored('from_itself'));
  expect(await count()).toBe(0);
});

describe('the daily cap', () => {
  beforeEach(() => setOldMood(86_400 * 3));

  test('holds over all conversations of a user with a model, also for messages that come in at once in two processes', async () => {
    const other = createAutoReplyStore(opened.connectAnother());
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => receive({ conversationId: randomUUID() }, { dailyCap: 7 }, index % 2 ? other : replies)),
    );
    const kinds = outcomes.map((outcome) => (outcome.kind === 'ignored' ? outcome.reason : outcome.kind));
    expect(kinds.toSorted()).toEqual([...Array(33).fill('daily_cap'), ...Array(7).fill('scheduled')]);
    expect(await receive({ userId: randomUUID() }, { dailyCap: 7 })).toMatchObject({ kind: 'scheduled' });
  });

  test('ends a loop with a robot that nobody has marked', async () => {
    const kinds: string[] = [];
    for (let turn = 0; turn < 25; turn += 1) {
      const outcome = await receive({}, { cooldownSeconds: 0 });
      kinds.push(outcome.kind === 'ignored' ? outcome.reason : outcome.kind);
      if (outcome.kind !== 'scheduled') continue;
      await replies.beginSending(outcome.autoReplyId, prepared);
      await replies.confirmSent(outcome.autoReplyId);
      await opened.sql.query(`UPDATE auto_replies SET sent_at = sent_at - interval '1 second' WHERE id = $1`, [outcome.autoReplyId]);
    }
    expect(kinds).toEqual([...Array(20).fill('scheduled'), ...Array(5).fill('daily_cap')]);
  });

  test.each([
    ['24 hours ago', `due_at = now() - interval '24 hours'`, 'scheduled'],
    ['a little less than 24 hours ago', `due_at = now() - interval '23 hours 59 minutes'`, 'daily_cap'],
    ['and failed', `status = 'failed'`, 'scheduled'],
    ['and was cancelled', `status = 'cancelled'`, 'scheduled'],
    ['and is on its way', `status = 'sending'`, 'daily_cap'],
    ['and was sent', `status = 'sent', sent_at = now()`, 'daily_cap'],
  ])('counts a reply that was due %s as it should', async (_what, change, expected) => {
    const id = await schedule();
    await opened.sql.query(`UPDATE auto_replies SET ${change} WHERE id = $1`, [id]);
    const outcome = await receive({ conversationId: randomUUID() }, { dailyCap: 1 });
    expect(outcome.kind === 'ignored' ? outcome.reason : outcome.kind).toBe(expected);
  });
});

describe('while replies are switched off', () => {
  const off = { sendingOff: true };

  test('a new message gets none, also alone in its conversation, and one that is known the answer that it had', async () => {
    await setOldMood(3_600);
    expect(await receive({}, off)).toEqual(ignored('sending_off'));
    const message = messageOf();
    const known = await replies.receive(message, rules, null);
    expect(await replies.receive(message, { ...rules, ...off }, null)).toMatchObject({ ...known, isDue: true });
    expect(await receive({}, off)).toEqual(ignored('sending_off'));
    const { rows } = await opened.sql.query('SELECT status FROM auto_replies WHERE model_id = $1', [modelId]);
    expect(rows).toEqual([{ status: 'pending' }]);
  });

  test('the mood that wants no replies is said first', async () => {
    await setMood(false);
    expect(await receive({}, off)).toEqual(ignored('auto_respond_off'));
  });
});

describe('cancelling', () => {
  test.each<[CancelReason, string, boolean]>([
    ['auto_respond_off', 'pending', true],
    ['auto_respond_off', 'sending', false],
    ['mood_expired', 'sending', false],
    ['mood_expired', 'failed', false],
    ['too_late', 'pending', true],
    ['too_late', 'sending', true],
    ['too_late', 'failed', true],
    ['too_late', 'sent', false],
    ['recipient_gone', 'sending', true],
    ['recipient_gone', 'failed', true],
    ['recipient_gone', 'cancelled', false],
    ['sending_off', 'pending', true],
    ['sending_off', 'sending', true],
    ['sending_off', 'failed', true],
    ['sending_off', 'sent', false],
  ])('for %s changes a reply that is %s: %s', async (reason, status, expected) => {
    await setOldMood(3_600);
    const id = await schedule();
    await opened.sql.query(`UPDATE auto_replies SET status = $2, text = 'Hi' WHERE id = $1`, [id, status]);
    expect(await replies.cancel(id, reason)).toBe(expected);
    expect(await replies.cancel(id, reason)).toBe(false);
    const { rows } = await opened.sql.query('SELECT status, reason, text FROM auto_replies WHERE id = $1', [id]);
    expect(rows).toEqual([expected ? { status: 'cancelled', reason, text: null } : { status, reason: null, text: 'Hi' }]);
    const promises = await opened.sql.query('SELECT FROM outbox WHERE id = $1', [id]);
    expect(promises.rows).toHaveLength(expected ? 0 : 1);
  });
});

test('messages, answers and confirmations of several people in the same conversations do not get in each other’s way', async () => {
  await setOldMood(3_600);
  const failures: unknown[] = [];
  // A group that is given up in a deadlock is done again, one by one: only here does it show.
  const watched = (database: Database): Database => ({
    ...database,
    async query(statement, values) {
      try {
        return await database.query(statement, values);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    },
  });
  const stores = [opened.database, opened.connectAnother()].map((database) => createAutoReplyStore(watched(database)));
  const conversations = Array.from({ length: 5 }, () => randomUUID());
  const people = Array.from({ length: 5 }, () => randomUUID());
  async function run(store: AutoReplyStore, worker: number): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) {
      const conversation = conversations[(turn * 3 + worker) % 5] ?? '';
      const outcome = await receive(
        { conversationId: conversation, userId: people[(turn * 2 + worker) % 5] ?? '' },
        { cooldownSeconds: 0, dailyCap: 100_000 },
        store,
      );
      if (turn % 7 === 0) await store.answered(conversation, modelId, new Date());
      if (outcome.kind !== 'scheduled') continue;
      if (turn % 5 === 0) await store.cancel(outcome.autoReplyId, 'recipient_gone');
      else if (await store.beginSending(outcome.autoReplyId, prepared)) await store.confirmSent(outcome.autoReplyId);
    }
  }
  await Promise.all(
    Array.from({ length: 12 }, (_, worker) => run(stores[worker % 2] ?? replies, worker).catch((error) => failures.push(error))),
  );
  expect(failures).toEqual([]);
  const { rows } = await opened.sql.query(
    `SELECT count(*)::int AS open FROM auto_replies WHERE model_id = $1 AND status IN ('pending', 'sending')`,
    [modelId],
  );
  expect(rows).toEqual([{ open: 0 }]);
});
