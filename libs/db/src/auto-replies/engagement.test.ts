import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AutoReplyRules, AutoReplyStore, PreparedReply, ReceivedMessage } from '@mood/domain';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAutoReplyStore } from './auto-reply-store.ts';

let opened: DatabaseUnderTest;
let replies: AutoReplyStore;
let people: Pick<ReceivedMessage, 'conversationId' | 'modelId' | 'userId'>;
let replyId: string;
const rules: AutoReplyRules = { cooldownSeconds: 300, maxLateSeconds: 86_400, dailyCap: 20 };
const prepared: PreparedReply = { text: 'Back soon', template: null, moodState: 'positive', tier: null };
const minuteMs = 60_000;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  replies = createAutoReplyStore(opened.database);
});
/** A reply that was sent an hour ago. */
beforeEach(async () => {
  people = { modelId: randomUUID(), userId: randomUUID(), conversationId: randomUUID() };
  await opened.sql.query(`INSERT INTO performers (id) VALUES ($1)`, [people.modelId]);
  await opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, updated_by, version, updated_at)
     VALUES ($1, 'positive', true, 'model', 1, now() - interval '3 days')`,
    [people.modelId],
  );
  replyId = await schedule();
  await replies.beginSending(replyId, prepared);
  await replies.confirmSent(replyId);
  await sentAgo(replyId, 60);
});
afterAll(() => opened.close());

const messageOf = (more: Partial<ReceivedMessage>): ReceivedMessage => ({
  ...people,
  messageId: randomUUID(),
  receivedAt: new Date(),
  senderType: 'user',
  automated: false,
  ...more,
});

const write = (minutesAgo: number, more: Partial<ReceivedMessage> = {}) =>
  replies.receive(messageOf({ receivedAt: new Date(Date.now() - minutesAgo * minuteMs), ...more }), rules, null);

async function schedule(): Promise<string> {
  const intake = await replies.receive(messageOf({}), rules, null);
  if (intake.kind !== 'scheduled') throw new Error(intake.kind);
  return intake.autoReplyId;
}

const sentAgo = (id: string, minutes: number) =>
  opened.sql.query(`UPDATE auto_replies SET sent_at = now() - $2 * interval '1 minute' WHERE id = $1`, [id, minutes]);

/** Whole minutes after the reply; null: not at all. */
async function minutesUntil(column: 'engaged_at' | 'continued_at', id = replyId): Promise<number | null> {
  const { rows } = await opened.sql.query(
    `SELECT round(extract(epoch FROM ${column} - coalesce(held_out_at, sent_at)) / 60)::int AS minutes FROM auto_replies WHERE id = $1`,
    [id],
  );
  return rows[0].minutes;
}

describe('a reply that was sent an hour ago is followed by', () => {
  test.each<[string, () => Promise<unknown>, number | null]>([
    ['a message of its user', () => write(50), 10],
    ['the first of several', async () => (await write(50), write(20)), 10],
    ['the first of several that are reported the other way round', async () => (await write(20), write(50)), 10],
    ['a message that was written before it', () => write(61), null],
    ['a message of another user', () => write(50, { userId: randomUUID() }), null],
    ['a message in another conversation', () => write(50, { conversationId: randomUUID() }), null],
    ['an answer of its model', () => replies.answered(people.conversationId, people.modelId, new Date()), null],
  ])('%s', async (_what, happen, minutes) => {
    await happen();
    expect(await minutesUntil('engaged_at')).toBe(minutes);
  });

  test('a message that is ignored, because the conversation rests or replies are off', async () => {
    await sentAgo(replyId, 2);
    expect(await write(1)).toEqual({ kind: 'ignored', reason: 'cooling_down' });
    expect(await minutesUntil('engaged_at')).toBe(1);
    const other = await schedule().catch(() => null);
    expect(other).toBeNull();
  });

  test('a message after the model has switched replies off', async () => {
    await opened.sql.query(`UPDATE model_mood_states SET auto_respond = false WHERE model_id = $1`, [people.modelId]);
    expect(await write(30)).toEqual({ kind: 'ignored', reason: 'auto_respond_off' });
    expect(await minutesUntil('engaged_at')).toBe(30);
  });

  test('a message more than 24 hours later, which is another matter', async () => {
    await sentAgo(replyId, 24 * 60 + 10);
    await write(5);
    expect(await minutesUntil('engaged_at')).toBeNull();
  });

  test('the model itself, the first time', async () => {
    for (const minutesAgo of [40, 10]) {
      await replies.answered(people.conversationId, people.modelId, new Date(Date.now() - minutesAgo * minuteMs));
    }
    expect(await minutesUntil('continued_at')).toBe(20);
    await write(5);
    expect([await minutesUntil('continued_at'), await minutesUntil('engaged_at')]).toEqual([20, 55]);
  });
});

describe('a message that is reported once more', () => {
  test('is not what follows its own reply, though its clock is fast', async () => {
    await opened.sql.query(`DELETE FROM auto_replies WHERE id = $1`, [replyId]);
    const message = messageOf({ receivedAt: new Date(Date.now() + 60 * minuteMs) });
    const first = await replies.receive(message, rules, null);
    if (first.kind !== 'scheduled') throw new Error(first.kind);
    await replies.beginSending(first.autoReplyId, prepared);
    await replies.confirmSent(first.autoReplyId);
    expect(await replies.receive(message, rules, null)).toMatchObject({ kind: 'scheduled', autoReplyId: first.autoReplyId });
    expect(await minutesUntil('engaged_at', first.autoReplyId)).toBeNull();
  });

  test('for another user says nothing of that one', async () => {
    const messageId = randomUUID();
    expect((await write(55, { messageId, userId: randomUUID() })).kind).toBe('scheduled');
    expect((await write(50, { messageId })).kind).toBe('conflict');
    expect(await minutesUntil('engaged_at')).toBeNull();
  });
});

test('a reply that has not been sent is followed by nothing', async () => {
  await opened.sql.query(`DELETE FROM auto_replies WHERE id = $1`, [replyId]);
  const open = await schedule();
  expect((await write(0)).kind).toBe('joined');
  await replies.answered(people.conversationId, people.modelId, new Date());
  expect([await minutesUntil('engaged_at', open), await minutesUntil('continued_at', open)]).toEqual([null, null]);
});

test('a user who got none, because of a holdout, can write again as well', async () => {
  await opened.sql.query(`DELETE FROM auto_replies WHERE id = $1`, [replyId]);
  const held = await schedule();
  await replies.holdOut(held, prepared);
  await opened.sql.query(`UPDATE auto_replies SET held_out_at = now() - interval '60 minutes' WHERE id = $1`, [held]);
  await write(25);
  expect(await minutesUntil('engaged_at', held)).toBe(35);
});

test('a conversation knows its last 32 replies', async () => {
  const ids = [replyId];
  for (let nth = 0; nth < 33; nth++) {
    await opened.sql.query(`UPDATE auto_replies SET status = 'cancelled' WHERE conversation_id = $1`, [people.conversationId]);
    ids.push(await schedule());
  }
  const { rows } = await opened.sql.query(`SELECT recent_reply_ids AS ids FROM auto_reply_conversations WHERE conversation_id = $1`, [
    people.conversationId,
  ]);
  expect(rows[0].ids).toEqual(ids.slice(-32));
});
