import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuditLog } from '../audit/audit-log.ts';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from './mood-store.ts';
import { createPerformerRegistry } from './performer-registry.ts';

let opened: DatabaseUnderTest;
let modelId: string;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
beforeEach(async () => {
  modelId = randomUUID();
  await createPerformerRegistry(opened.database).register([modelId]);
});
afterAll(() => opened.close());

const newVault = () => createAuditVault(opened.database, [createMasterKey('m1')]);

const setState = (expiresAt: Date | null, heldUntil: Date | null = null) =>
  opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, updated_by, version, expires_at, held_until) VALUES ($1, 'positive', 'model', 1, $2, $3)`,
    [modelId, expiresAt, heldUntil],
  );

/** An entry of the log as of then. */
const log = (version: number, createdAt: Date) =>
  opened.sql.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, new_state, changed_by, auto_respond, response_delay, created_at, hash)
      VALUES (uuidv7(), $1, $2, 'positive', 'model', false, 0, $3, '')`,
    [modelId, version, createdAt],
  );

const clock = new Date('2026-01-02T03:04:05.678Z');
const fromClock = (ms: number) => new Date(clock.getTime() + ms);

/** What becomes of a change at that time. */
async function judge(change: Record<string, unknown> = {}) {
  const given = { item: 0, model_id: modelId, mood_state: 'negative', auto_respond: false, changed_by: 'model', ...change };
  const { rows } = await opened.sql.query(
    `SELECT outcome, now, used, reset_time FROM judge_mood_changes(ARRAY[json_populate_record(NULL::mood_change, $1)], $2)`,
    [JSON.stringify(given), clock],
  );
  return rows[0];
}

describe('a change of mood', () => {
  test.each([
    [-1, 'ended'],
    [0, 'ended'],
    [1, 'changed'],
  ])('finds that the mood before it, which ends %d ms from now, has %s', async (ms, outcome) => {
    await setState(fromClock(ms));
    expect(await judge()).toMatchObject({ outcome });
  });

  test.each([
    [fromClock(-1), 'end_is_over'],
    [clock, 'end_is_over'],
    [fromClock(1), 'changed'],
    ['9999-12-31T23:59:59.999Z', 'changed'],
    ['10000-01-01T00:00:00.000Z', 'end_is_too_late'],
  ])('that is to end at %s is judged as %s', async (expiresAt, outcome) => {
    expect(await judge({ expires_at: expiresAt })).toMatchObject({ outcome });
  });

  test.each([
    [null, 'changed'],
    [1, 'version_conflict'],
    [2, 'changed'],
    [3, 'version_conflict'],
  ])('of the mood of version %j, when the second one is there, is judged as %s', async (expected_version, outcome) => {
    await log(1, fromClock(-2));
    await log(2, fromClock(-1));
    expect(await judge({ expected_version })).toMatchObject({ outcome });
  });

  test('of the mood of version 0 is the first one', async () => {
    expect(await judge({ expected_version: 0 })).toMatchObject({ outcome: 'changed' });
    expect(await judge({ expected_version: 1 })).toMatchObject({ outcome: 'version_conflict' });
  });

  test.each([
    [-1, 'changed'],
    [0, 'changed'],
    [1, 'held'],
  ])('by the model, when a hold ends %d ms from now, is judged as %s', async (ms, outcome) => {
    await setState(null, fromClock(ms));
    expect(await judge()).toMatchObject({ outcome });
    expect(await judge({ changed_by: 'admin' })).toMatchObject({ outcome: 'changed' });
  });

  test('does not count a window that ends now, and counts the one that ends a millisecond later', async () => {
    const addWindow = (ms: number) =>
      opened.sql.query('INSERT INTO mood_rate_limits (model_id, window_end) VALUES ($1, $2)', [modelId, fromClock(ms)]);
    await addWindow(0);
    expect(await judge({ hourly_limit: 1 })).toMatchObject({ outcome: 'changed', used: 0, reset_time: fromClock(3_600_000) });
    await addWindow(1);
    expect(await judge({ hourly_limit: 1 })).toMatchObject({ outcome: 'rate_limited', used: 1, reset_time: fromClock(1) });
    expect(await judge({ hourly_limit: 2 })).toMatchObject({ outcome: 'changed', used: 1 });
  });

  test('by a clock that was set back is dated as the change before it', async () => {
    await log(1, fromClock(500));
    expect(await judge()).toMatchObject({ now: fromClock(500) });
    expect(await judge({ expires_at: fromClock(500) })).toMatchObject({ outcome: 'end_is_over' });
  });
});

test('a mood ends in the instant that it was to end, and not a millisecond before', async () => {
  const moods = createMoodStore(opened.database, newVault());
  // Ahead of the clock, so that the time of the last change decides what time it is.
  const end = new Date(Date.now() + 3_600_000);
  await setState(end);
  await log(1, new Date(end.getTime() - 1));
  expect(await moods.expire(modelId, 1)).toEqual({ kind: 'not_due', remainingMs: 1 });
  await log(2, end);
  expect(await moods.expire(modelId, 1)).toMatchObject({ kind: 'reset', mood: { moodState: 'neutral', version: 3, lastUpdated: end } });
});

test('a period of the audit log begins with its first instant and ends before its last', async () => {
  for (const [index, ms] of [-1, 0, 999, 1_000].entries()) await log(index + 1, fromClock(ms));
  const period = { modelId, from: clock, to: fromClock(1_000) };
  const { entries } = await createAuditLog(opened.database, newVault()).page(period, { limit: 10, cursor: null }, { kind: 'nobody' });
  expect(entries.map(({ createdAt }) => createdAt)).toEqual([fromClock(999), clock]);
});
