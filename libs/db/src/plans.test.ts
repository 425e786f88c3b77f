import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuditVault } from './audit/vault.ts';
import { createAutoReplyStore } from './auto-replies/auto-reply-store.ts';
import { createMasterKey, openDatabaseUnderTest } from './database-under-test.ts';
import type { DatabaseUnderTest } from './database-under-test.ts';
import { createMoodStore } from './moods/mood-store.ts';
import { createPerformerRegistry } from './moods/performer-registry.ts';

let opened: DatabaseUnderTest;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

const changes = 400;

test('a connection that began with empty tables reads neither whole tables nor whole indexes when they have grown', async () => {
  const { database } = opened;
  const moods = createMoodStore(database, createAuditVault(database, [createMasterKey('m1')]));
  const autoReplies = createAutoReplyStore(database);
  const models = Array.from({ length: changes }, () => randomUUID());
  await createPerformerRegistry(database).register(models);
  // As after a restore. From here on the planner takes the tables for empty, until they are analysed again.
  await opened.sql.query('ANALYZE');
  for (let turn = 0; turn < changes; turn += 1) {
    const modelId = models[turn % models.length] ?? '';
    const outcome = await moods.change(
      modelId,
      { moodState: turn % 2 === 0 ? 'positive' : 'negative', customMessage: null, autoRespond: true, responseDelay: 30, expiresAt: null },
      { kind: 'model', modelId, origin: { ipAddress: null, userAgent: null } },
      { hourlyLimit: 50, termsVersion: null, holdMinutes: null },
    );
    expect(outcome.kind).toBe('changed');
    const ids = { messageId: `message-${turn}`, conversationId: `conversation-${turn}`, userId: randomUUID() };
    const reply = await autoReplies.receive({ ...ids, modelId, receivedAt: new Date(), senderType: 'user', automated: false }, 300, null);
    if (reply.kind === 'ignored') throw new Error(reply.reason);
    expect((await autoReplies.find(reply.autoReplyId))?.status).toBe('pending');
    expect((await moods.find(modelId))?.autoRespond).toBe(true);
  }
  await database.query({ name: 'tell-statistics', text: 'SELECT pg_stat_force_next_flush()' }, []);
  const { rows } = await opened.sql.query(
    `SELECT relname, seq_tup_read::int AS read FROM pg_stat_user_tables WHERE seq_tup_read > $1
      UNION ALL SELECT indexrelname, idx_tup_read::int FROM pg_stat_user_indexes WHERE idx_tup_read > $1 * 10`,
    [changes],
  );
  expect(rows).toEqual([]);
});

test('a reply that begins costs the same, however many are over', async () => {
  const autoReplies = createAutoReplyStore(opened.database);
  const modelId = randomUUID();
  await createPerformerRegistry(opened.database).register([modelId]);
  await opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, updated_by, version) VALUES ($1, 'positive', true, 'model', 1)`,
    [modelId],
  );
  await opened.sql.query('SELECT pg_stat_reset()');
  const count = 100;
  for (let turn = 0; turn < count; turn += 1) {
    const ids = { messageId: `over-${turn}`, conversationId: `over-${turn}`, userId: randomUUID(), modelId };
    const intake = await autoReplies.receive({ ...ids, receivedAt: new Date(), senderType: 'user', automated: false }, 300, null);
    if (intake.kind !== 'scheduled') throw new Error(intake.kind);
    const prepared = { text: 'Hi', template: null, moodState: 'positive', tier: null } as const;
    expect(await autoReplies.beginSending(intake.autoReplyId, prepared)).toBe(true);
    expect(await autoReplies.confirmSent(intake.autoReplyId)).toEqual({ templateId: null });
  }
  await opened.database.query({ name: 'tell-statistics', text: 'SELECT pg_stat_force_next_flush()' }, []);
  const { rows } = await opened.sql.query(
    `SELECT indexrelname, idx_tup_read::int AS read FROM pg_stat_user_indexes
      WHERE relname IN ('auto_replies', 'model_mood_states') AND idx_tup_read > $1`,
    [count * 10],
  );
  expect(rows).toEqual([]);
});
