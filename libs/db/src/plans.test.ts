import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditFilter, ModelFilter } from '@mood/domain';
import { inBatches } from '@mood/testing/in-batches';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { createAuditLog } from './audit/audit-log.ts';
import { createAuditVault } from './audit/vault.ts';
import { createAutoReplyStore } from './auto-replies/auto-reply-store.ts';
import { createReplyLog } from './auto-replies/reply-log.ts';
import type { Database, Statement } from './database.ts';
import { createMasterKey, openDatabaseUnderTest } from './database.fixture.ts';
import type { DatabaseUnderTest } from './database.fixture.ts';
import { createMoodOverview } from './moods/mood-overview.ts';
import { createMoodStore } from './moods/mood-store.ts';
import { createRecentMoods } from './moods/recent-moods.ts';
import { createPerformerRegistry } from './moods/performer-registry.ts';
import { createOutboxStore } from './outbox/outbox-store.ts';
import { kindsOfPromises } from './outbox/promise-kinds.fixture.ts';
import { purgeStaleRows } from './purge.ts';

let postgres: OwnPostgres;
let opened: DatabaseUnderTest;

// On a server of its own: while anybody else there has a transaction open that has written something, in whatever database, no index forgets
// the entries of rows that are over, and each is read again every time. And tables are analysed when these tests say so.
beforeAll(async () => {
  postgres = await startOwnPostgres({ autovacuum: 'off', fsync: 'off' });
});
afterAll(() => postgres.remove());
beforeEach(async () => {
  opened = await openDatabaseUnderTest(() => postgres.copy());
});
afterEach(() => opened.close());

const turns = 300;
const rules = { cooldownSeconds: 300, maxLateSeconds: 900, dailyCap: 20 };

/** @returns which tables were read as a whole, and which indexes gave more entries than `limit`. */
async function readMoreThan(limit: number): Promise<unknown[]> {
  // Otherwise a connection may tell what it has read up to a second later, after a reset that was meant to forget it.
  const text = 'SELECT pg_stat_force_next_flush()';
  await Promise.all([opened.database.query({ name: 'tell-statistics', text }, []), opened.sql.query(text)]);
  const { rows } = await opened.sql.query(
    `SELECT relname, seq_tup_read::int AS read FROM pg_stat_user_tables WHERE seq_tup_read > $1 / 10
      UNION ALL SELECT indexrelname, idx_tup_read::int FROM pg_stat_user_indexes WHERE idx_tup_read > $1`,
    [limit],
  );
  return rows;
}

// Statements are planned anew whenever their tables are analysed, which PostgreSQL does when it sees fit: with tables that are empty, as
// after a restore, with few rows, or with more. What it plans then has to do for tables that have grown since.
describe.each([0, 3, 150])('tables that were analysed when they had the rows of %i turns', (analysedAt) => {
  test('are not read as a whole, nor their indexes, when they have grown', async () => {
    const { database } = opened;
    const moods = createMoodStore(database, createAuditVault(database, [createMasterKey('m1')]));
    const autoReplies = createAutoReplyStore(database);
    const outbox = createOutboxStore(database, 3_600, kindsOfPromises);
    const models = Array.from({ length: turns }, () => randomUUID());
    const expiresAt = new Date(Date.now() + 3_600_000);
    await createPerformerRegistry(database).register(models);
    for (const [turn, modelId] of models.entries()) {
      if (turn === analysedAt) await opened.sql.query('VACUUM ANALYZE');
      const outcome = await moods.change(
        modelId,
        { moodState: turn % 2 === 0 ? 'positive' : 'negative', customMessage: null, autoRespond: true, responseDelay: 30, expiresAt },
        { kind: 'model', modelId, origin: { ipAddress: null, userAgent: null } },
        { hourlyLimit: 50, termsVersion: null, holdMinutes: null },
      );
      expect(outcome.kind).toBe('changed');
      expect((await moods.find(modelId))?.autoRespond).toBe(true);
      expect(await moods.findMany(models.slice(0, turn + 1).slice(-10))).toHaveLength(Math.min(10, turn + 1));
      expect((await moods.history(modelId, { limit: 20, offset: 0 }, { kind: 'owner', modelId })).total).toBe(1);

      const ids = { messageId: `message-${turn}`, conversationId: `conversation-${turn}`, userId: randomUUID() };
      const reply = await autoReplies.receive(
        { ...ids, modelId, receivedAt: new Date(), senderType: 'user', automated: false },
        rules,
        null,
      );
      if (reply.kind !== 'scheduled') throw new Error(reply.kind);
      expect((await autoReplies.find(reply.autoReplyId))?.status).toBe('pending');
      // One in four ends in each of the ways that leave a row, and one in four waits for its time; nobody confirms the events.
      const promises = await outbox.claim(100);
      expect(promises).toHaveLength(2);
      const prepared = { text: 'Hi', template: null, moodState: 'positive', tier: null } as const;
      if (turn % 4 === 0) await autoReplies.cancel(reply.autoReplyId, 'auto_respond_off');
      if (turn % 4 === 2) expect(await autoReplies.answered(ids.conversationId, modelId, new Date())).toBe(1);
      if (turn % 4 === 1) {
        expect(await autoReplies.beginSending(reply.autoReplyId, prepared)).toBe(true);
        await autoReplies.fail(reply.autoReplyId);
      }
      // However many are in the queues: nobody confirms the events.
      expect((await outbox.outstanding(['analytics', 'auto-reply'], 2)).size).toBe(2);
      await outbox.claimOverdue(100);
      await purgeStaleRows(database, new AbortController().signal);
    }
    expect(await readMoreThan(turns * 20)).toEqual([]);
  });

  // Planned while each is sent at once, and while many wait before the first one is over.
  test.each([0, 100])(
    'let a reply begin and be sent at the same cost, however many are over, %i of them held back at first',
    async (heldBack) => {
      const autoReplies = createAutoReplyStore(opened.database);
      const modelId = randomUUID();
      await createPerformerRegistry(opened.database).register([modelId]);
      await opened.sql.query(
        `INSERT INTO model_mood_states (model_id, mood_state, auto_respond, updated_by, version) VALUES ($1, 'positive', true, 'model', 1)`,
        [modelId],
      );
      const held: string[] = [];
      async function receive(name: string): Promise<void> {
        const ids = { messageId: name, conversationId: name, userId: randomUUID(), modelId };
        const intake = await autoReplies.receive({ ...ids, receivedAt: new Date(), senderType: 'user', automated: false }, rules, null);
        if (intake.kind !== 'scheduled') throw new Error(intake.kind);
        held.push(intake.autoReplyId);
      }
      async function send(id: string): Promise<void> {
        const prepared = { text: 'Hi', template: null, moodState: 'positive', tier: null } as const;
        expect(await autoReplies.beginSending(id, prepared)).toBe(true);
        expect(await autoReplies.confirmSent(id)).toEqual({ templateId: null });
      }
      for (let turn = 0; turn < turns; turn += 1) {
        if (turn === analysedAt) await opened.sql.query('VACUUM ANALYZE');
        // Alone, and several that share statements.
        await Promise.all(Array.from({ length: turn % 2 === 0 ? 1 : 3 }, (_, index) => receive(`over-${turn}-${index}`)));
        if (turn >= heldBack) await inBatches(held.splice(0), 3, send);
      }
      expect(await readMoreThan(turns * 20)).toEqual([]);
    },
  );
});

/** Reads pages by each filter, as many as it takes until a plan is kept. @returns how many entries were shown. */
async function readPages<Filter>(
  filters: readonly Filter[],
  read: (filter: Filter, cursor: string | null) => Promise<{ shown: number; nextCursor: string | null }>,
): Promise<number> {
  let found = 0;
  for (const filter of filters) {
    let cursor: string | null = null;
    for (let page = 0; page < 8; page += 1) {
      const { shown, nextCursor } = await read(filter, cursor);
      found += shown;
      cursor = nextCursor;
    }
  }
  return found;
}

test('the list of all moods reads what it shows, whatever it is filtered by and however many there are', async () => {
  const { database, sql } = opened;
  const overview = createMoodOverview(database);
  const many = 20_000;
  await sql.query(
    `INSERT INTO performers (id) SELECT ('0198c5a0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid FROM generate_series(1, ${many}) n`,
  );
  // Few in the mood, or changed by the one, that is looked for: the others are not to be read on the way to them.
  await sql.query(`INSERT INTO model_mood_states (model_id, mood_state, updated_by, version, updated_at, expires_at)
    SELECT id, CASE WHEN n % 1000 = 0 THEN 'negative' ELSE 'positive' END, CASE WHEN n % 900 = 0 THEN 'admin' ELSE 'model' END, 1,
      now() - n * interval '1 minute', CASE WHEN n % 950 = 0 THEN now() - interval '1 second' WHEN n % 3 = 0 THEN now() + interval '1 day' END
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM performers) p`);
  await sql.query(`INSERT INTO mood_rate_limits (model_id, window_end) SELECT model_id, updated_at + interval '60 minutes'
    FROM model_mood_states, generate_series(1, 50) WHERE updated_at > now() - interval '20 minutes'`);
  const filters: ModelFilter[] = [
    {},
    { moodState: 'negative' },
    { moodState: 'neutral' },
    { changedBy: 'admin' },
    { changedBy: 'system' },
    { changedBy: 'system', moodState: 'positive' },
    { moodState: 'negative', changedBy: 'model' },
    { atLimit: true },
    { atLimit: false },
    { idPrefix: '0198' },
    { idPrefix: '0198c5a0-0000-7000-8000-0000000000' },
    { idPrefix: '0198c5a0-0000-7000-8000-000000001001', moodState: 'positive' },
    { idPrefix: 'ffff' },
  ];
  await readMoreThan(many);
  await sql.query('SELECT pg_stat_reset()');
  const found = await readPages(filters, async (filter, cursor) => {
    const { models, nextCursor } = await overview.models(filter, { limit: 5, cursor }, 50);
    return { shown: models.length, nextCursor };
  });
  expect(found).toBeGreaterThan(200);
  // Over eight hundred answers in all, of which the widest ask for five hundred ids or for the limits of twenty models.
  expect(await readMoreThan(many)).toEqual([]);
});

test('the replies and recent moods of a model cost what is shown of them, however many there are', async () => {
  const { database, sql } = opened;
  const many = 20_000;
  const [model, rare] = [randomUUID(), randomUUID()];
  // Half are of the one model, and three of the other one are the oldest of all.
  await sql.query(
    `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, created_at, joined_to)
      SELECT uuidv7(), n::text, 'c', CASE WHEN n > ${many} - 3 THEN $2 WHEN n % 2 = 0 THEN $1 ELSE uuidv7() END::uuid, uuidv7(),
        CASE WHEN n % 3 = 0 THEN 'joined' ELSE 'sent' END, now(), now(), now(), now() - n * interval '1 second',
        CASE WHEN n % 3 = 0 THEN uuidv7() END FROM generate_series(1, ${many}) n`,
    [model, rare],
  );
  await sql.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, new_state, changed_by, auto_respond, response_delay, created_at, hash)
      SELECT uuidv7(), $1::uuid, n, 'positive', CASE WHEN n % 2 = 0 THEN 'system' ELSE 'model' END, false, n % 301, now(), '' FROM generate_series(1, ${many}) n`,
    [model],
  );
  const [replies, recent] = [createReplyLog(database), createRecentMoods(database, createAuditVault(database, [createMasterKey('m1')]))];
  await readMoreThan(many);
  for (const analysed of [false, true]) {
    if (analysed) await sql.query('VACUUM ANALYZE');
    await sql.query('SELECT pg_stat_reset()');
    let cursor: string | null = null;
    for (let page = 0; page < 20; page += 1) cursor = (await replies.page(model, { limit: 20, cursor })).nextCursor;
    expect((await replies.page(rare, { limit: 20, cursor: null })).replies).toHaveLength(2);
    for (let time = 0; time < 8; time += 1) expect(await recent.of(model)).toHaveLength(6);
    expect(await readMoreThan(many / 4)).toEqual([]);
  }
});

interface PlanNode {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

/** Rows that the nodes of a plan have had in their hands, each time that they had them. */
function rowsHandled(node: PlanNode): number {
  const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsHandled(child), each * node['Actual Loops']);
}

test.each([0, 1])(
  'a claim handles each promise that it takes a few times, and not all of them for each, analysed: %i',
  async (analysed) => {
    const { database, sql } = opened;
    const many = 1_000;
    await sql.query(
      `INSERT INTO outbox (kind, model_id, payload) SELECT CASE WHEN n % 2 = 0 THEN 'mood-changed' ELSE 'notification' END, uuidv7(), '{}'
      FROM generate_series(1, $1::integer) n`,
      [many * 2],
    );
    if (analysed === 1) await sql.query('VACUUM ANALYZE outbox');
    let handled = 0;
    const explained: Database = {
      ...database,
      async query<Row extends object>({ name, text }: Statement, values: readonly unknown[]) {
        const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          { name: `explained-${name}`, text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}` },
          values,
        );
        if (row !== undefined) handled += rowsHandled(row['QUERY PLAN'][0].Plan);
        return new Array<Row>();
      },
    };
    await createOutboxStore(explained, 15, kindsOfPromises).claim(many / 2);
    const { rows } = await sql.query('SELECT count(*)::integer AS claimed FROM outbox WHERE job_id IS NOT NULL');
    expect(rows).toEqual([{ claimed: many }]);
    expect(handled).toBeGreaterThan(many);
    expect(handled).toBeLessThan(many * 15);
  },
);

test('the audit log costs what is shown of it, also where two filters seldom meet', async () => {
  const { database, sql } = opened;
  const many = 30_000;
  const admins = [randomUUID(), randomUUID()];
  // Resets lead to neutral, models change to positive, one administrator in five hundred changes to negative.
  await sql.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, new_state, changed_by, admin_user_id, auto_respond, response_delay, created_at, hash)
      SELECT uuidv7(), uuidv7(), 1, CASE WHEN n % 3 = 0 THEN 'neutral' WHEN n % 5000 = 1 THEN 'negative' ELSE 'positive' END,
        CASE WHEN n % 3 = 0 THEN 'system' WHEN n % 10 = 1 THEN 'admin' ELSE 'model' END,
        CASE WHEN n % 3 <> 0 AND n % 10 = 1 THEN ($1::uuid[])[1 + n % 2] END, false, 0, now() - n * interval '1 minute', ''
      FROM generate_series(1, ${many}) n`,
    [admins],
  );
  await sql.query('VACUUM ANALYZE');
  const log = createAuditLog(database, createAuditVault(database, [createMasterKey('m1')]));
  const since = { from: new Date(Date.now() - 10 * 24 * 3_600_000) };
  const filters: AuditFilter[] = [
    {},
    { changedBy: 'system' },
    { state: 'negative' },
    { changedBy: 'system', state: 'positive' },
    { changedBy: 'model', state: 'neutral' },
    { changedBy: 'admin', state: 'negative' },
    { changedBy: 'system', state: 'positive', ...since },
    { changedBy: 'admin', adminUserId: admins[1] },
    { changedBy: 'model', adminUserId: admins[1] },
    { state: 'negative', adminUserId: admins[0] },
    { state: 'neutral', adminUserId: admins[1] },
  ];
  await readMoreThan(many);
  await sql.query('SELECT pg_stat_reset()');
  const found = await readPages(filters, async (filter, cursor) => {
    const { entries, nextCursor } = await log.page(filter, { limit: 20, cursor }, { kind: 'nobody' });
    return { shown: entries.length, nextCursor };
  });
  expect(found).toBeGreaterThan(500);
  expect(await readMoreThan(many / 4)).toEqual([]);
});
