import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AutoReplyRules, AutoReplyStore, Carrier, PreparedReply, ReceivedMessage } from '@mood/domain';
import type { Database } from '../database.ts';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createOutboxStore } from '../outbox/outbox-store.ts';
import { kindsOfPromises } from '../outbox/promise-kinds.fixture.ts';
import { createAutoReplyStore } from './auto-reply-store.ts';

let opened: DatabaseUnderTest;
let database: Database;
/** How often each statement was sent. */
let statements: Record<string, number>;
let replies: AutoReplyStore;
let modelId: string;
let conversationId: string;
/** The user of each conversation. */
const users = new Map<string, string>();
let autoReplyId: string;
const template = { id: randomUUID(), version: 7, experiment: 'warmth' };
const rules: AutoReplyRules = { cooldownSeconds: 60, maxLateSeconds: 900, dailyCap: 1_000 };
const prepared: PreparedReply = { text: 'Back soon', template, moodState: 'positive', tier: 'gold' };

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  database = {
    ...opened.database,
    query(statement, values) {
      statements[statement.name] = (statements[statement.name] ?? 0) + 1;
      return opened.database.query(statement, values);
    },
  };
});
beforeEach(async () => {
  statements = {};
  replies = createAutoReplyStore(database);
  modelId = randomUUID();
  conversationId = `c-${modelId}`;
  await opened.sql.query(`DELETE FROM outbox`);
  await opened.sql.query(`INSERT INTO performers (id) VALUES ($1)`, [modelId]);
  await opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, updated_by, version) VALUES ($1, 'positive', true, 'model', 1)`,
    [modelId],
  );
  autoReplyId = await schedule({});
});
afterAll(() => opened.close());

function messageOf(more: Partial<ReceivedMessage>): ReceivedMessage {
  const conversation = more.conversationId ?? conversationId;
  const userId = users.get(conversation) ?? randomUUID();
  users.set(conversation, userId);
  const ids = { messageId: randomUUID(), conversationId: conversation, modelId, userId };
  return { ...ids, receivedAt: new Date(), senderType: 'user', automated: false, ...more };
}

async function schedule(more: Partial<ReceivedMessage>, carrier: Carrier | null = null): Promise<string> {
  const intake = await replies.receive(messageOf(more), rules, carrier);
  if (intake.kind !== 'scheduled') throw new Error(`the message was ${intake.kind}`);
  return intake.autoReplyId;
}

const conversations = (count: number) => Array.from({ length: count }, (_, index) => `c-${index}-${randomUUID()}`);

const promised = async () => (await opened.sql.query(`SELECT id, kind, failed_at IS NOT NULL AS failed FROM outbox ORDER BY id`)).rows;

describe('an automatic reply that has reached the message service', () => {
  test('is promised to analytics, with the template and the variant that it was made from', async () => {
    expect(await replies.beginSending(autoReplyId, prepared)).toBe(true);
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: template.id });
    const rows = await promised();
    expect(rows).toEqual([{ id: expect.any(String), kind: 'auto-reply-sent', failed: false }]);
    expect(await createOutboxStore(opened.database, 15, kindsOfPromises).findEvents(rows.map(({ id }) => id))).toEqual([
      {
        id: rows[0].id,
        modelId,
        kind: 'auto-reply-sent',
        autoReplyId,
        conversationId,
        moodState: 'positive',
        tierLevel: 'gold',
        templateId: template.id,
        templateVersion: 7,
        experiment: 'warmth',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    expect(await replies.find(autoReplyId)).toMatchObject({ status: 'sent', text: null });
  });

  test('from a built-in text names no template', async () => {
    await replies.beginSending(autoReplyId, { ...prepared, template: null, tier: null });
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: null });
    const events = await createOutboxStore(opened.database, 15, kindsOfPromises).findEvents((await promised()).map(({ id }) => id));
    expect(events).toEqual([expect.objectContaining({ templateId: null, templateVersion: null, experiment: null, tierLevel: null })]);
  });

  test('is told once, however often and however many at once confirm it', async () => {
    await replies.beginSending(autoReplyId, prepared);
    const answers = await Promise.all(Array.from({ length: 20 }, () => replies.confirmSent(autoReplyId)));
    expect(answers.filter((answer) => answer !== null)).toEqual([{ templateId: template.id }]);
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
    expect((await promised()).map(({ kind }) => kind)).toEqual(['auto-reply-sent']);
  });

  test('after it had failed counts as sent', async () => {
    await replies.beginSending(autoReplyId, prepared);
    expect(await replies.fail(autoReplyId)).toEqual({ templateId: template.id });
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: template.id });
    expect((await promised()).map(({ kind }) => kind)).toEqual(['auto-reply-sent']);
  });

  test('long after it had failed, when its conversation is forgotten, counts as sent, too', async () => {
    const ids = [autoReplyId, await schedule({ conversationId: 'another' })];
    for (const id of ids) {
      await replies.beginSending(id, prepared);
      await replies.fail(id);
    }
    await opened.sql.query('DELETE FROM auto_reply_conversations');
    expect(await Promise.all(ids.map((id) => replies.confirmSent(id)))).toEqual(ids.map(() => ({ templateId: template.id })));
    expect((await promised()).map(({ kind }) => kind)).toEqual(['auto-reply-sent', 'auto-reply-sent']);
  });
});

describe('an automatic reply that the model answers', () => {
  test('while the message service takes it was sent all the same, once, and its conversation rests', async () => {
    await replies.beginSending(autoReplyId, prepared);
    expect(await replies.answered(conversationId, modelId, new Date())).toBe(1);
    expect(await replies.find(autoReplyId)).toMatchObject({ status: 'cancelled', text: null });
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: template.id });
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
    expect((await promised()).map(({ kind }) => kind)).toEqual(['auto-reply-sent']);
    expect(await replies.receive(messageOf({}), rules, null)).toEqual({ kind: 'ignored', reason: 'cooling_down' });
  });

  test('before it began is not sent', async () => {
    expect(await replies.answered(conversationId, modelId, new Date())).toBe(1);
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
    expect(await promised()).toEqual([]);
  });

  test('by a clock that is fast does not silence the conversation', async () => {
    expect(await replies.answered(conversationId, modelId, new Date(Date.now() + 3_600_000))).toBe(1);
    expect(await replies.receive(messageOf({ receivedAt: new Date(Date.now() + 3_600_000) }), rules, null)).toMatchObject({
      kind: 'scheduled',
    });
  });
});

describe('an automatic reply that was not being sent', () => {
  test('is not confirmed, and nothing is promised for it', async () => {
    const before = await promised();
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
    expect(await replies.confirmSent(randomUUID())).toBeNull();
    expect(await replies.fail(randomUUID())).toBeNull();
    expect(await promised()).toEqual(before);
  });

  test('can fail, and the next message of its conversation gets another', async () => {
    expect(await replies.receive(messageOf({}), rules, null)).toMatchObject({ kind: 'joined' });
    expect(await replies.fail(autoReplyId)).toEqual({ templateId: null });
    expect(await replies.fail(autoReplyId)).toBeNull();
    expect(await replies.receive(messageOf({}), rules, null)).toMatchObject({ kind: 'scheduled' });
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
  });

  test('is open again when its job is retried, as it was, and its promise is kept again', async () => {
    const begun = await schedule({ conversationId: 'begun' });
    await replies.beginSending(begun, prepared);
    for (const id of [autoReplyId, begun]) {
      await replies.fail(id);
      expect(await replies.reopen(id)).toBe(true);
      expect(await replies.reopen(id)).toBe(false);
    }
    expect((await promised()).map(({ failed }) => failed)).toEqual([false, false]);
    expect(await replies.find(autoReplyId)).toMatchObject({ status: 'pending', text: null });
    expect(await replies.find(begun)).toMatchObject({ status: 'sending', text: 'Back soon' });
    expect(await replies.beginSending(autoReplyId, prepared)).toBe(true);
    for (const id of [autoReplyId, begun]) expect(await replies.confirmSent(id)).toEqual({ templateId: template.id });
  });

  test.each([
    ['the model has answered', () => replies.answered(conversationId, modelId, new Date())],
    ['the next message has its own', () => schedule({})],
    [
      'the next message had its own',
      async () => {
        const next = await schedule({});
        await replies.beginSending(next, prepared);
        await replies.confirmSent(next);
      },
    ],
    ['it was given up', () => opened.sql.query('DELETE FROM outbox WHERE id = $1', [autoReplyId])],
    [
      'it was sent after all',
      async () => {
        await opened.sql.query(`UPDATE auto_replies SET mood_state = 'positive' WHERE id = $1`, [autoReplyId]);
        await replies.confirmSent(autoReplyId);
      },
    ],
  ])('is not open again when %s', async (_what, happen) => {
    await replies.fail(autoReplyId);
    await happen();
    expect(await replies.reopen(autoReplyId)).toBe(false);
  });

  test('fails once, and keeps its promise and its text for an operator', async () => {
    await replies.beginSending(autoReplyId, prepared);
    expect(await replies.fail(autoReplyId)).toEqual({ templateId: template.id });
    expect(await replies.fail(autoReplyId)).toBeNull();
    expect(await promised()).toEqual([{ id: autoReplyId, kind: 'auto-reply', failed: true }]);
    expect(await replies.find(autoReplyId)).toMatchObject({ status: 'failed', text: 'Back soon' });
  });
});

async function jobOf(id: string) {
  const { rows } = await opened.sql.query(`SELECT queue, job_id FROM outbox WHERE id = $1`, [id]);
  return rows[0];
}

describe('the promise of a reply', () => {
  const carrier = { queue: 'auto-reply', jobId: 'report-1' };

  test('that is due at once is kept by the job that reports the message', async () => {
    const id = await schedule({ conversationId: 'at-once' }, carrier);
    expect(await jobOf(id)).toEqual({ queue: 'auto-reply', job_id: 'report-1' });
    expect((await createOutboxStore(database, 15, kindsOfPromises).claim(10)).map((promise) => promise.id)).toEqual([autoReplyId]);
  });

  test('that is due later, or that no job reports, is left to the relay', async () => {
    expect(await jobOf(autoReplyId)).toEqual({ queue: null, job_id: null });
    await opened.sql.query('UPDATE model_mood_states SET response_delay = 30 WHERE model_id = $1', [modelId]);
    expect(await jobOf(await schedule({ conversationId: 'later' }, carrier))).toEqual({ queue: null, job_id: null });
  });

  test('can be given to another job, which is not looked after before its time', async () => {
    await replies.reassign(autoReplyId, { queue: 'message-delivery', jobId: 'deliver-1' });
    expect(await jobOf(autoReplyId)).toEqual({ queue: 'message-delivery', job_id: 'deliver-1' });
    expect(await createOutboxStore(database, 15, kindsOfPromises).claimOverdue(10)).toEqual([]);
  });
});

describe('many at once', () => {
  test('messages share statements, and each has its own outcome', async () => {
    const quiet = randomUUID();
    const news = conversations(60).map((id) => messageOf({ conversationId: id }));
    const again = news.slice(0, 10);
    const unwanted = conversations(5).map((id) => messageOf({ conversationId: id, modelId: quiet }));
    const joining = Array.from({ length: 5 }, () => messageOf({}));
    const all = [...news, ...again, ...unwanted, ...joining];
    const outcomes = await Promise.all(all.map((message) => replies.receive(message, rules, null)));
    expect(statements['receive-user-messages']).toBeLessThan(10);
    const ids = outcomes.slice(0, 60).map((outcome) => (outcome.kind === 'scheduled' ? outcome.autoReplyId : outcome.kind));
    expect(new Set(ids).size).toBe(60);
    for (const [index, id] of ids.entries()) expect(await replies.find(id)).toMatchObject({ conversationId: news[index]?.conversationId });
    expect(outcomes.slice(60, 70)).toEqual(outcomes.slice(0, 10));
    expect(outcomes.slice(70, 75)).toEqual(unwanted.map(() => ({ kind: 'ignored', reason: 'auto_respond_off' })));
    expect(outcomes.slice(75)).toEqual(joining.map(() => ({ kind: 'joined', autoReplyId, dueAt: expect.any(Date) })));
  });

  test('messages of the same conversations, reported to two processes at once, make one reply each', async () => {
    const other = createAutoReplyStore(opened.connectAnother());
    const ids = conversations(50);
    const report = (store: AutoReplyStore) =>
      [...ids, ...ids.toReversed()].map((id) => store.receive(messageOf({ conversationId: id }), rules, null));
    const outcomes = await Promise.all([...report(replies), ...report(other)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([...Array(150).fill('joined'), ...Array(50).fill('scheduled')]);
  });

  test('replies begin and are confirmed together, each once, with its own text and template', async () => {
    const ids = await Promise.all(conversations(40).map((id) => schedule({ conversationId: id })));
    const textOf = (index: number) => `"${index}", {x} \\ NULL`;
    const begin = (id: string, index: number) =>
      replies.beginSending(id, { ...prepared, text: textOf(index), template: index === 7 ? null : template });
    const begun = await Promise.all([...ids, ...ids].map((id, index) => begin(id, index % 40)));
    expect(begun).toEqual([...Array(40).fill(true), ...Array(40).fill(false)]);
    expect((await Promise.all(ids.map((id) => replies.find(id)))).map((reply) => reply?.text)).toEqual(
      ids.map((_, index) => textOf(index)),
    );

    const confirmed = await Promise.all([...ids, randomUUID()].map((id) => replies.confirmSent(id)));
    expect(confirmed).toEqual([...ids.map((_, index) => ({ templateId: index === 7 ? null : template.id })), null]);
    expect((await promised()).filter(({ kind }) => kind === 'auto-reply-sent')).toHaveLength(40);
    expect(statements['begin-auto-replies']).toBeLessThan(10);
    expect(statements['confirm-auto-replies']).toBeLessThan(10);
  });

  test('a reply that a message joins meanwhile begins after it, and is confirmed after the next', async () => {
    const ids = await Promise.all(conversations(5).map((id) => schedule({ conversationId: id })));
    /** As the intake of a message does, in a transaction that is still open. */
    async function join(): Promise<void> {
      await opened.sql.query('BEGIN');
      await opened.sql.query('UPDATE auto_reply_conversations SET updated_at = now() WHERE conversation_id = $1', [conversationId]);
      await opened.sql.query('UPDATE auto_replies SET last_message_at = now() WHERE id = $1', [autoReplyId]);
    }
    async function expectInTurn<T>(step: (id: string) => Promise<T>, outcome: T): Promise<void> {
      await join();
      let isDone = false;
      const [first, joined, ...others] = [ids[0] ?? '', autoReplyId, ...ids.slice(1)].map(step);
      const held = joined?.finally(() => (isDone = true));
      expect(await Promise.all([first, ...others])).toEqual(ids.map(() => outcome));
      expect(isDone).toBe(false);
      await opened.sql.query('COMMIT');
      expect(await held).toEqual(outcome);
    }
    await expectInTurn((id) => replies.beginSending(id, prepared), true);
    await expectInTurn((id) => replies.confirmSent(id), { templateId: template.id });
  });

  test('messages are taken in and confirmed all the while without getting in each other’s way', async () => {
    const other = createAutoReplyStore(opened.connectAnother());
    const ids = conversations(10);
    const failures: unknown[] = [];
    const run = async (store: AutoReplyStore, id: string) => {
      for (let turn = 0; turn < 60; turn += 1) {
        const intake = await store.receive(messageOf({ conversationId: id }), { ...rules, cooldownSeconds: 0, dailyCap: 1_000 }, null);
        if (intake.kind !== 'scheduled' && intake.kind !== 'joined') continue;
        await store.beginSending(intake.autoReplyId, prepared);
        await store.confirmSent(intake.autoReplyId);
      }
    };
    await Promise.all([replies, other].flatMap((store) => ids.map((id) => run(store, id).catch((error) => failures.push(error)))));
    expect(failures).toEqual([]);
    const { rows } = await opened.sql.query(
      `SELECT conversation_id, count(*) FILTER (WHERE status IN ('pending', 'sending'))::int AS open FROM auto_replies
        WHERE conversation_id = ANY($1) GROUP BY 1`,
      [ids],
    );
    expect(rows.map(({ open }) => open)).toEqual(ids.map(() => 0));
  });
});
