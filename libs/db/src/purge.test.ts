import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from './database.fixture.ts';
import type { DatabaseUnderTest } from './database.fixture.ts';
import { purgeStaleRows } from './purge.ts';

let opened: DatabaseUnderTest;
const modelId = randomUUID();

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
beforeEach(async () => {
  await opened.sql.query(
    `DELETE FROM performers; DELETE FROM auto_replies; DELETE FROM auto_reply_conversations; DELETE FROM mood_template_usage; DELETE FROM outbox`,
  );
  await opened.sql.query(`INSERT INTO performers (id) VALUES ('${modelId}')`);
  await opened.sql.query(
    `INSERT INTO mood_rate_limits (model_id, window_end) SELECT $1, now() - interval '1 second' FROM generate_series(1, 5)`,
    [modelId],
  );
  await opened.sql.query(`INSERT INTO mood_rate_limits (model_id, window_end) VALUES ($1, now() + interval '1 minute')`, [modelId]);
  await opened.sql.query(
    `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, created_at)
    SELECT gen_random_uuid(), age || ' days, ' || status, age || status, $1, $1, status, now(), now(), now(), now() - age * interval '1 day'
    FROM unnest(ARRAY[29, 31]) age, unnest(ARRAY['pending', 'sending', 'sent', 'joined', 'cancelled', 'failed']) status`,
    [modelId],
  );
  await opened.sql.query(
    `INSERT INTO auto_reply_conversations (model_id, conversation_id, updated_at)
    SELECT $1, hours || ' hours', now() - hours * interval '1 hour' FROM unnest(ARRAY[1, 23, 25, 48]) hours`,
    [modelId],
  );
  await opened.sql.query(
    `INSERT INTO mood_template_usage (template_id, day) SELECT $1, current_date - age FROM unnest(ARRAY[0, 399, 400, 401, 402, 900]) age`,
    [modelId],
  );
  await opened.sql.query(
    `INSERT INTO outbox (kind, model_id, payload, failed_at) SELECT kind, $1, jsonb_build_object('days', age), now() - age * interval '1 day'
    FROM unnest(ARRAY['auto-reply', 'notification']) kind, unnest(ARRAY[NULL, 7, 9]) age`,
    [modelId],
  );
});
afterAll(() => opened.close());

async function valuesOf(query: string): Promise<unknown[]> {
  return (await opened.sql.query({ text: query, rowMode: 'array' })).rows.map((row) => row[0]);
}

// 5 closed windows, 4 finished replies, 1 that failed, 3 days of usage and a conversation are stale.
test.each([1, 2, 5, 1_000])('what no decision needs any more goes, in steps of %d rows, and the rest stays', async (batch) => {
  expect(await purgeStaleRows(opened.database, new AbortController().signal, { batch })).toBe(14);
  expect(await valuesOf(`SELECT window_end > now() FROM mood_rate_limits`)).toEqual([true]);
  expect(await valuesOf(`SELECT message_id FROM auto_replies WHERE created_at < now() - interval '30 days' ORDER BY 1`)).toEqual([
    '31 days, pending',
    '31 days, sending',
  ]);
  expect(await valuesOf(`SELECT count(*)::int FROM auto_replies`)).toEqual([8]);
  expect(await valuesOf(`SELECT conversation_id FROM auto_reply_conversations ORDER BY 1`)).toEqual(['1 hours', '23 hours', '25 hours']);
  expect(await valuesOf(`SELECT kind || ' ' || coalesce(payload->>'days', 'open') FROM outbox ORDER BY 1`)).toEqual([
    'auto-reply 7',
    'auto-reply open',
    'notification 7',
    'notification 9',
    'notification open',
  ]);
  expect(await valuesOf(`SELECT current_date - day AS age FROM mood_template_usage ORDER BY 1`)).toEqual([0, 399, 400]);
  expect(await purgeStaleRows(opened.database, new AbortController().signal, { batch })).toBe(0);
});

test('nothing goes after the process was told to stop', async () => {
  expect(await purgeStaleRows(opened.database, AbortSignal.abort())).toBe(0);
});

describe('replies that are over', () => {
  const oldest = async () =>
    (await valuesOf(`SELECT max(extract(day FROM now() - created_at))::int FROM auto_replies WHERE status = 'sent'`))[0];
  const mark = async () => (await valuesOf(`SELECT removed_before::text FROM retention_marks WHERE name = 'auto_replies'`))[0];

  test('are kept for as many days as is said, and what may be gone is noted for good', async () => {
    await opened.sql.query(`UPDATE retention_marks SET removed_before = now() - interval '30 days'`);
    await purgeStaleRows(opened.database, new AbortController().signal, { keepRepliesDays: 60 });
    expect(await oldest()).toBe(31);
    const before = await mark();
    await purgeStaleRows(opened.database, new AbortController().signal, { keepRepliesDays: 30 });
    expect(await oldest()).toBe(29);
    await purgeStaleRows(opened.database, new AbortController().signal, { keepRepliesDays: 12 });
    expect(await oldest()).toBeNull();
    expect(await valuesOf(`SELECT removed_before = '${String(before)}' FROM retention_marks`)).toEqual([false]);
    const after = await mark();
    await purgeStaleRows(opened.database, new AbortController().signal, { keepRepliesDays: 60 });
    expect(await mark()).toBe(after);
  });

  test('note nothing while there are none', async () => {
    await opened.sql.query(`DELETE FROM auto_replies; UPDATE retention_marks SET removed_before = now() - interval '60 days'`);
    const before = await mark();
    await purgeStaleRows(opened.database, new AbortController().signal, { keepRepliesDays: 30 });
    expect(await mark()).toBe(before);
  });

  test('are looked at once in a round, also those that stay', async () => {
    await opened.sql.query(
      `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, created_at)
      SELECT gen_random_uuid(), 'one of many ' || n, n, $1, $1, CASE WHEN n < 40 THEN 'sending' ELSE 'sent' END, now(), now(), now(),
        now() - interval '50 days' + n * interval '1 second' FROM generate_series(1, 80) n`,
      [modelId],
    );
    let steps = 0;
    const counting: typeof opened.database = {
      ...opened.database,
      query(statement, values) {
        if (statement.name === 'remove-old-replies') steps += 1;
        return opened.database.query(statement, values);
      },
    };
    await purgeStaleRows(counting, new AbortController().signal, { batch: 10 });
    expect(await valuesOf(`SELECT count(*)::int FROM auto_replies WHERE message_id LIKE 'one of many %'`)).toEqual([39]);
    expect(steps).toBeLessThan(12);
  });
});
