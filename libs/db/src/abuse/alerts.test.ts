import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAlertStore } from './alert-store.ts';
import { createAlertRaiser } from './raise-alerts.ts';

let opened: DatabaseUnderTest;
// The log of changes keeps what a test has written: each has a database of its own.
beforeEach(async () => {
  opened = await openDatabaseUnderTest();
});
afterEach(() => opened.close());

const thresholds = { limit_refusals: 5, content_refusals: 3, changes: 4 };
const recipients = [randomUUID(), randomUUID()];
const raiserOf = (more: object = {}) => createAlertRaiser(opened.connectAnother(), { thresholds, recipients, everyMs: 0, ...more });

const refuse = (metric: string, modelId: string | null, n: number, ago = '0 minutes') =>
  opened.sql.query(
    `INSERT INTO analytics_counts (bucket_start, metric, group_key, model_id, n)
      VALUES (date_bin('15 minutes', now() - $4::interval, 'epoch'), $1, 'url', $2, $3)
      ON CONFLICT (metric, bucket_start, group_key, model_id) DO UPDATE SET n = analytics_counts.n + excluded.n`,
    [metric, modelId, n, ago],
  );
const change = (modelId: string, changedBy: string, times: number, ago = '1 minute') =>
  opened.sql.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, new_state, changed_by, auto_respond, response_delay, created_at, hash)
      SELECT uuidv7(), $1, (random() * 1e9)::bigint + n, 'neutral', $2, false, 0, now() - $4::interval, 'x' FROM generate_series(1, $3) n`,
    [modelId, changedBy, times, ago],
  );
const alerts = async () =>
  (
    await opened.sql.query(
      'SELECT model_id, rule, threshold, count, peak, closed_at IS NULL AS open FROM abuse_alerts ORDER BY opened_at, rule',
    )
  ).rows;
const promised = async () => (await opened.sql.query('SELECT kind, model_id, payload FROM outbox ORDER BY kind, id')).rows;

describe('an alert', () => {
  test('is opened for each model and rule at its threshold, and for none below it, by what happened in the last hour', async () => {
    const [one, another, quiet] = [randomUUID(), randomUUID(), randomUUID()];
    await refuse('limit_hits', one, 3);
    await refuse('limit_hits', one, 2, '30 minutes');
    await refuse('content_refusals', one, 2);
    await refuse('content_refusals', another, 3);
    await refuse('content_refusals', null, 30);
    await refuse('content_refusals', quiet, 30, '2 hours');
    await refuse('forbidden', quiet, 30);
    await change(another, 'model', 4);
    await change(quiet, 'model', 3);
    await change(quiet, 'admin', 9);
    await change(quiet, 'model', 9, '61 minutes');
    expect((await raiserOf()()).toSorted((a, b) => a.rule.localeCompare(b.rule))).toEqual([
      { rule: 'changes', alerts: 1 },
      { rule: 'content_refusals', alerts: 1 },
      { rule: 'limit_refusals', alerts: 1 },
    ]);
    expect(await alerts()).toEqual([
      { model_id: another, rule: 'changes', threshold: 4, count: 4, peak: 4, open: true },
      { model_id: another, rule: 'content_refusals', threshold: 3, count: 3, peak: 3, open: true },
      { model_id: one, rule: 'limit_refusals', threshold: 5, count: 5, peak: 5, open: true },
    ]);
  });

  test('is opened and told once by any number of workers at once, again and again', async () => {
    const model = randomUUID();
    await refuse('content_refusals', model, 3);
    const raisers = Array.from({ length: 5 }, () => raiserOf());
    const opening = await Promise.all(raisers.flatMap((raise) => [raise(), raise(), raise()]));
    expect(opening.flat()).toEqual([{ rule: 'content_refusals', alerts: 1 }]);
    await refuse('content_refusals', model, 4);
    expect(await raisers[0]?.()).toEqual([]);
    expect(await alerts()).toEqual([{ model_id: model, rule: 'content_refusals', threshold: 3, count: 7, peak: 7, open: true }]);
    const [{ id }] = (await opened.sql.query('SELECT id FROM abuse_alerts')).rows;
    const told = { rule: 'content_refusals', count: 3 };
    expect(await promised()).toEqual([
      { kind: 'abuse-alert', model_id: model, payload: { ...told, timestamp: expect.any(String), alertId: id, threshold: 3 } },
      ...recipients.map(() => ({ kind: 'alert-notification', model_id: model, payload: { ...told, recipientId: expect.any(String) } })),
    ]);
    expect((await promised()).slice(1).map(({ payload }) => payload.recipientId)).toEqual(expect.arrayContaining(recipients));
  });

  test('closes when it was quiet for an hour, and the next abuse opens another one', async () => {
    const model = randomUUID();
    await refuse('content_refusals', model, 3);
    const raise = raiserOf();
    await raise();
    // Seen a moment ago, it stays.
    await raise();
    expect((await alerts()).map(({ open }) => open)).toEqual([true]);
    await opened.sql.query(`DELETE FROM analytics_counts; UPDATE abuse_alerts SET last_seen_at = now() - interval '59 minutes'`);
    await raise();
    expect((await alerts()).map(({ open }) => open)).toEqual([true]);
    await opened.sql.query(`UPDATE abuse_alerts SET last_seen_at = now() - interval '60 minutes'`);
    await raise();
    expect((await alerts()).map(({ open }) => open)).toEqual([false]);
    await refuse('content_refusals', model, 3);
    expect(await raise()).toEqual([{ rule: 'content_refusals', alerts: 1 }]);
    expect((await alerts()).map(({ open }) => open)).toEqual([false, true]);
  });

  test('is looked for by one worker at a time, and never for a threshold of 0', async () => {
    await refuse('content_refusals', randomUUID(), 3);
    await change(randomUUID(), 'model', 50);
    const found = await Promise.all(
      Array.from({ length: 4 }, () => raiserOf({ everyMs: 3_600_000, thresholds: { ...thresholds, changes: 0 } })()),
    );
    expect(found.flat()).toEqual([{ rule: 'content_refusals', alerts: 1 }]);
    await refuse('content_refusals', randomUUID(), 3);
    expect(await raiserOf({ everyMs: 3_600_000 })()).toEqual([]);
  });
});

test('the list is in pages, newest first, and stays so while alerts are opened', async () => {
  const store = createAlertStore(opened.database);
  const models = Array.from({ length: 5 }, () => randomUUID());
  const raise = raiserOf();
  for (const model of models.slice(0, 4)) {
    await refuse('content_refusals', model, 3);
    await raise();
  }
  const newestFirst = models.slice(0, 4).toReversed();
  const first = await store.list({}, { limit: 3, cursor: null });
  await refuse('content_refusals', models[4] ?? null, 3);
  await raise();
  const second = await store.list({}, { limit: 3, cursor: first.nextCursor });
  expect([...first.alerts, ...second.alerts].map(({ modelId }) => modelId)).toEqual(newestFirst);
  expect(second.nextCursor).toBeNull();
  await expect(store.list({}, { limit: 3, cursor: 'made up' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });

  const [alert] = first.alerts;
  const by = { adminUserId: randomUUID(), note: 'looked at it' };
  const acknowledged = await store.acknowledge(alert?.id ?? '', by);
  expect(acknowledged).toEqual({
    ...alert,
    status: 'acknowledged',
    lastSeenAt: expect.any(Date),
    acknowledgedAt: expect.any(Date),
    acknowledgedBy: by.adminUserId,
    note: by.note,
  });
  expect(await store.acknowledge(alert?.id ?? '', { adminUserId: randomUUID(), note: 'so did I' })).toEqual(acknowledged);
  expect(await store.acknowledge(randomUUID(), by)).toBeNull();
  await opened.sql.query('UPDATE abuse_alerts SET closed_at = now() WHERE id = $1', [second.alerts[0]?.id]);
  const statesOf = async (status: 'open' | 'acknowledged' | 'closed') =>
    (await store.list({ status }, { limit: 9, cursor: null })).alerts.map(({ modelId }) => modelId);
  expect(await statesOf('acknowledged')).toEqual([newestFirst[0]]);
  expect(await statesOf('closed')).toEqual([newestFirst[3]]);
  expect(await statesOf('open')).toEqual([models[4], newestFirst[1], newestFirst[2]]);
  expect((await store.list({ modelId: models[2], rule: 'content_refusals' }, { limit: 9, cursor: null })).alerts).toHaveLength(1);
  expect((await store.list({ rule: 'changes' }, { limit: 9, cursor: null })).alerts).toEqual([]);
});
