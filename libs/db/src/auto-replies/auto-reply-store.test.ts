import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AutoReplyStore, PreparedReply } from '@mood/domain';
import { openDatabaseUnderTest } from '../database-under-test.ts';
import type { DatabaseUnderTest } from '../database-under-test.ts';
import { createOutboxStore } from '../outbox/outbox-store.ts';
import { createAutoReplyStore } from './auto-reply-store.ts';

let opened: DatabaseUnderTest;
let replies: AutoReplyStore;
let modelId: string;
let conversationId: string;
let autoReplyId: string;
const template = { id: randomUUID(), version: 7, experiment: 'warmth' };
const prepared: PreparedReply = { text: 'Back soon', template, moodState: 'positive', tier: 'gold' };
const job = { queue: 'message-delivery', jobId: 'deliver-1' };

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  replies = createAutoReplyStore(opened.database);
});
beforeEach(async () => {
  modelId = randomUUID();
  conversationId = `c-${modelId}`;
  await opened.sql.query(`DELETE FROM outbox`);
  await opened.sql.query(`INSERT INTO performers (id) VALUES ($1)`, [modelId]);
  await opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, updated_by, version) VALUES ($1, 'positive', true, 'model', 1)`,
    [modelId],
  );
  const message = { conversationId, modelId, messageId: randomUUID(), userId: randomUUID(), receivedAt: new Date() };
  const intake = await replies.receive({ ...message, senderType: 'user', automated: false }, 60);
  if (intake.kind !== 'scheduled') throw new Error(`the message was ${intake.kind}`);
  ({ autoReplyId } = intake);
});
afterAll(() => opened.close());

const promised = async () => (await opened.sql.query(`SELECT id, kind, failed_at IS NOT NULL AS failed FROM outbox ORDER BY id`)).rows;

describe('an automatic reply that has reached the message service', () => {
  test('is promised to analytics, with the template and the variant that it was made from', async () => {
    expect(await replies.beginSending(autoReplyId, prepared, job)).toBe(true);
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: template.id });
    const rows = await promised();
    expect(rows).toEqual([{ id: expect.any(String), kind: 'auto-reply-sent', failed: false }]);
    expect(await createOutboxStore(opened.database, 15).findEvents(rows.map(({ id }) => id))).toEqual([
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
    await replies.beginSending(autoReplyId, { ...prepared, template: null, tier: null }, job);
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: null });
    const events = await createOutboxStore(opened.database, 15).findEvents((await promised()).map(({ id }) => id));
    expect(events).toEqual([expect.objectContaining({ templateId: null, templateVersion: null, experiment: null, tierLevel: null })]);
  });

  test('is told once, however often and however many at once confirm it', async () => {
    await replies.beginSending(autoReplyId, prepared, job);
    const answers = await Promise.all(Array.from({ length: 20 }, () => replies.confirmSent(autoReplyId)));
    expect(answers.filter((answer) => answer !== null)).toEqual([{ templateId: template.id }]);
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
    expect((await promised()).map(({ kind }) => kind)).toEqual(['auto-reply-sent']);
  });

  test('after it had failed counts as sent', async () => {
    await replies.beginSending(autoReplyId, prepared, job);
    expect(await replies.fail(autoReplyId)).toEqual({ templateId: template.id });
    expect(await replies.confirmSent(autoReplyId)).toEqual({ templateId: template.id });
    expect((await promised()).map(({ kind }) => kind)).toEqual(['auto-reply-sent']);
  });
});

describe('an automatic reply that was not being sent', () => {
  test('is neither confirmed nor failed, and nothing is promised for it', async () => {
    const before = await promised();
    expect(await replies.confirmSent(autoReplyId)).toBeNull();
    expect(await replies.fail(autoReplyId)).toBeNull();
    expect(await replies.confirmSent(randomUUID())).toBeNull();
    expect(await promised()).toEqual(before);
  });

  test('fails once, and keeps its promise and its text for an operator', async () => {
    await replies.beginSending(autoReplyId, prepared, job);
    expect(await replies.fail(autoReplyId)).toEqual({ templateId: template.id });
    expect(await replies.fail(autoReplyId)).toBeNull();
    expect(await promised()).toEqual([{ id: autoReplyId, kind: 'auto-reply', failed: true }]);
    expect(await replies.find(autoReplyId)).toMatchObject({ status: 'failed', text: 'Back soon' });
  });
});
