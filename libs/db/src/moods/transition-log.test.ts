import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor, MoodSettings, MoodState, MoodStore } from '@mood/domain';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from './mood-store.ts';
import { createPerformerRegistry } from './performer-registry.ts';

const ipAddress = '203.0.113.77';
const userAgent = 'Mozilla/5.0 (Test Browser 42)';
const reason = 'broke the policy on Tuesday';
const customMessage = 'Dancing in the kitchen';
const free = { hourlyLimit: null, termsVersion: null, holdMinutes: null };

let opened: DatabaseUnderTest;
let moods: MoodStore;
let modelId: string;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  moods = createMoodStore(opened.database, createAuditVault(opened.database, [createMasterKey('m1')]));
});
beforeEach(async () => {
  modelId = randomUUID();
  await createPerformerRegistry(opened.database).register([modelId]);
});
afterAll(() => opened.close());

const model = (): Actor => ({ kind: 'model', modelId, origin: { ipAddress, userAgent } });

function change(moodState: MoodState, more: Partial<MoodSettings> = {}, actor: Actor = model()) {
  return moods.change(modelId, { moodState, customMessage, autoRespond: false, responseDelay: 0, expiresAt: null, ...more }, actor, free);
}

/** The log of the model, with whether each row's hash is right and names the row before. */
async function readLog() {
  const { rows } = await opened.sql.query(
    `SELECT version::int AS version, previous_state, new_state, changed_by, hash = mood_transition_hash(l) AS sealed,
      previous_hash IS NOT DISTINCT FROM lag(hash) OVER (ORDER BY version) AS linked
    FROM mood_transition_logs l WHERE model_id = $1 ORDER BY version`,
    [modelId],
  );
  return rows;
}

/** Past the triggers, as only the owner of the database could. */
async function tamper(statement: string, values: unknown[]): Promise<void> {
  await opened.sql.query(`SET session_replication_role = replica`);
  try {
    const { rowCount } = await opened.sql.query(statement, values);
    expect(rowCount).toBeGreaterThan(0);
  } finally {
    await opened.sql.query(`SET session_replication_role = origin`);
  }
}

describe('the audit log', () => {
  test('is a chain: each row holds the hash of all of it, and of the row before', async () => {
    await change('positive', { expiresAt: new Date(Date.now() + 3_600_000), autoRespond: true, responseDelay: 30 });
    await change('negative', { customMessage: null });
    await change(
      'neutral',
      {},
      { kind: 'admin', adminUserId: randomUUID(), reason, reasonCode: 'other' as const, origin: { ipAddress, userAgent: null } },
    );
    expect(await change('positive', { expiresAt: new Date(Date.now() - 1_000) })).toEqual({ kind: 'end_is_over' });
    const ending = await change('positive', { expiresAt: new Date(Date.now() + 500) });
    expect(ending.kind).toBe('changed');
    for (let outcome = await moods.expire(modelId, 4); outcome.kind === 'not_due'; outcome = await moods.expire(modelId, 4)) {
      await pause(outcome.remainingMs);
    }
    const whole = { sealed: true, linked: true };
    expect(await readLog()).toEqual([
      { version: 1, previous_state: 'neutral', new_state: 'positive', changed_by: 'model', ...whole },
      { version: 2, previous_state: 'positive', new_state: 'negative', changed_by: 'model', ...whole },
      { version: 3, previous_state: 'negative', new_state: 'neutral', changed_by: 'admin', ...whole },
      { version: 4, previous_state: 'neutral', new_state: 'positive', changed_by: 'model', ...whole },
      { version: 5, previous_state: 'positive', new_state: 'neutral', changed_by: 'system', ...whole },
    ]);
  });

  test('seals until when an override holds; rows without a hold have the hash that they had before holds were recorded', async () => {
    const admin: Actor = { kind: 'admin', adminUserId: randomUUID(), reason, reasonCode: 'other', origin: { ipAddress, userAgent: null } };
    const mood = { moodState: 'neutral', customMessage: null, autoRespond: false, responseDelay: 0, expiresAt: null } as const;
    const outcome = await moods.change(modelId, mood, admin, { ...free, holdMinutes: 30 });
    await moods.change(modelId, mood, admin, { ...free, holdMinutes: 0 });
    const { rows } = await opened.sql.query(
      `SELECT held_until, hash = mood_transition_hash(l) AS sealed, hash = sha256(convert_to(concat_ws('|', coalesce(encode(previous_hash, 'hex'), '-'),
        id, model_id, version, previous_state, new_state, changed_by, admin_user_id, encode(admin_reason, 'hex'), '-', encode(ip_address, 'hex'), '-', data_key_id,
        auto_respond, response_delay, '-', (extract(epoch FROM created_at) * 1000000)::bigint), 'UTF8')) AS as_before
      FROM mood_transition_logs l WHERE model_id = $1 ORDER BY version`,
      [modelId],
    );
    expect(outcome).toMatchObject({ kind: 'changed', heldUntil: rows[0].held_until });
    expect(rows).toEqual([
      { held_until: expect.any(Date), sealed: true, as_before: false },
      { held_until: null, sealed: true, as_before: true },
    ]);
  });

  test('is a chain also when changes come at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => change(n % 2 === 0 ? 'positive' : 'negative')));
    const log = await readLog();
    expect(log.map((row) => row.version)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(log.every((row) => row.sealed && row.linked)).toBe(true);
    for (const [index, row] of log.entries()) expect(row.previous_state).toBe(index === 0 ? 'neutral' : log[index - 1].new_state);
  });

  test.each([
    `new_state = 'negative'`,
    `previous_state = NULL`,
    `changed_by = 'system'`,
    `admin_user_id = gen_random_uuid()`,
    `admin_reason = '\\x00'`,
    `custom_message = NULL`,
    `ip_address = '\\x00'`,
    `user_agent = ip_address, ip_address = user_agent`,
    `data_key_id = NULL`,
    `auto_respond = NOT auto_respond`,
    `response_delay = 299`,
    `expires_at = now()`,
    `held_until = now()`,
    `created_at = created_at + interval '1 microsecond'`,
    `model_id = gen_random_uuid()`,
    `version = 2`,
    `id = gen_random_uuid()`,
  ])('shows that a row was altered past its protection: %s', async (assignment) => {
    await change('positive');
    expect(await readLog()).toMatchObject([{ sealed: true }]);
    const { rows } = await opened.sql.query(`SELECT hash FROM mood_transition_logs WHERE model_id = $1`, [modelId]);
    await tamper(`UPDATE mood_transition_logs SET ${assignment} WHERE hash = $1`, [rows[0].hash]);
    const { rows: altered } = await opened.sql.query(
      `SELECT hash = mood_transition_hash(l) AS sealed FROM mood_transition_logs l WHERE hash = $1`,
      [rows[0].hash],
    );
    expect(altered).toEqual([{ sealed: false }]);
  });

  test('shows that a row was taken out past its protection', async () => {
    for (const state of ['positive', 'negative', 'neutral'] as const) await change(state);
    await tamper(`DELETE FROM mood_transition_logs WHERE model_id = $1 AND version = 2`, [modelId]);
    expect(await readLog()).toMatchObject([
      { version: 1, linked: true },
      { version: 3, linked: false },
    ]);
  });

  test.each(['mood_transition_logs', 'mood_template_versions'])(
    '%s refuses UPDATE, DELETE and TRUNCATE, even of its owner',
    async (table) => {
      await change('positive');
      const before = await opened.sql.query(`SELECT count(*)::int AS rows FROM ${table}`);
      expect(before.rows[0].rows).toBeGreaterThan(0);
      for (const statement of [`UPDATE ${table} SET version = version`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
        await expect(opened.sql.query(statement)).rejects.toMatchObject({ code: '42501', message: `${table} is append-only` });
      }
      expect((await opened.sql.query(`SELECT count(*)::int AS rows FROM ${table}`)).rows).toEqual(before.rows);
    },
  );

  test('holds no readable IP address, user agent, message or reason, in its rows or in the bytes on disk', async () => {
    await change(
      'positive',
      {},
      { kind: 'admin', adminUserId: randomUUID(), reason, reasonCode: 'other' as const, origin: { ipAddress, userAgent } },
    );
    const { rows } = await opened.sql.query(`SELECT l, l.* FROM mood_transition_logs l WHERE model_id = $1`, [modelId]);
    const [row] = rows;
    await opened.sql.query('CHECKPOINT');
    const bytesOf = async (table: string): Promise<Buffer> =>
      (await opened.sql.query(`SELECT pg_read_binary_file(pg_relation_filepath('${table}')) AS bytes`)).rows[0].bytes;
    const log = await bytesOf('mood_transition_logs');
    // That the look finds what is there in clear: the ID of the model, and the public message in the table of moods.
    expect(log.includes(Buffer.from(modelId.replaceAll('-', ''), 'hex'))).toBe(true);
    expect((await bytesOf('model_mood_states')).includes(customMessage)).toBe(true);
    for (const secret of [ipAddress, userAgent, customMessage, reason]) {
      expect(log.includes(secret)).toBe(false);
      for (const value of [row.l, row.admin_reason, row.custom_message, row.ip_address, row.user_agent]) {
        expect(value).not.toBeNull();
        expect(value.includes(secret)).toBe(false);
        expect(value.includes(Buffer.from(secret).toString('hex'))).toBe(false);
      }
    }
  });

  test('outlives a performer who is deleted, and goes on where it was when the performer comes back', async () => {
    await change('positive');
    await change('negative');
    await opened.sql.query(`DELETE FROM performers WHERE id = $1`, [modelId]);
    expect(await moods.find(modelId)).toBeNull();
    expect(await change('positive')).toEqual({ kind: 'model_unknown' });
    expect(await readLog()).toHaveLength(2);

    await createPerformerRegistry(opened.database).register([modelId]);
    expect(await moods.find(modelId)).toMatchObject({ version: 0, moodState: 'neutral' });
    expect(await change('positive')).toMatchObject({ kind: 'changed', mood: { version: 3 } });
    expect(await readLog()).toMatchObject([
      { version: 1, sealed: true, linked: true },
      { version: 2, sealed: true, linked: true },
      { version: 3, previous_state: 'neutral', sealed: true, linked: true },
    ]);
    expect(
      (await moods.history(modelId, { limit: 20, offset: 0 }, { kind: 'owner', modelId })).history.map((entry) => entry.customMessage),
    ).toEqual([customMessage, customMessage, customMessage]);
  });

  test('keeps its rows when the data key of a model is destroyed: only what is personal is gone', async () => {
    await change('positive');
    await opened.sql.query(
      `UPDATE audit_data_keys SET wrapped_key = NULL, master_key_id = NULL, destroyed_at = now() WHERE model_id = $1`,
      [modelId],
    );
    const { history } = await moods.history(modelId, { limit: 20, offset: 0 }, { kind: 'owner', modelId });
    expect(history).toMatchObject([{ moodState: 'positive', customMessage: null }]);
    expect(await readLog()).toMatchObject([{ sealed: true, linked: true }]);
  });
});
