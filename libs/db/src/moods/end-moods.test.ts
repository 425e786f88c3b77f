import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { ExpiryOutcome, Mood, MoodStore } from '@mood/domain';
import { eventually } from '@mood/testing/eventually';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from './mood-store.ts';
import { createPerformerRegistry } from './performer-registry.ts';

let opened: DatabaseUnderTest;
let moods: MoodStore;
/** What was reset beside what was asked for. */
let overdue: Mood[];

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  moods = createMoodStore(opened.database, createAuditVault(opened.database, [createMasterKey('m1')]), {
    onOverdueReset: (reset) => void overdue.push(...reset),
  });
});
beforeEach(async () => {
  overdue = [];
  await opened.sql.query('DELETE FROM model_mood_states');
  await opened.sql.query('DELETE FROM outbox');
});
afterAll(() => opened.close());

/** Models whose mood of version 1 ends so many seconds from now, as a change would have left them. */
async function modelsEnding(count: number, seconds: number): Promise<string[]> {
  const models = Array.from({ length: count }, () => randomUUID());
  await createPerformerRegistry(opened.database).register(models);
  const values = [models, new Date(Date.now() + seconds * 1_000)];
  await opened.sql.query(
    `INSERT INTO model_mood_states (model_id, mood_state, custom_message, auto_respond, response_delay, updated_by, version, expires_at)
      SELECT unnest($1::uuid[]), 'positive', 'Hello', true, 30, 'admin', 1, $2::timestamptz`,
    values,
  );
  await opened.sql.query(
    `INSERT INTO mood_transition_logs SELECT l.* FROM unnest($1::uuid[]) model, LATERAL seal_transition(ROW(uuidv7(), model, 1, NULL, 'positive',
      'admin', NULL, NULL, NULL, NULL, NULL, NULL, true, 30, $2::timestamptz, now() - interval '1 hour', NULL, NULL, NULL)::mood_transition_logs) l`,
    values,
  );
  await opened.sql.query(
    `INSERT INTO outbox (kind, model_id, payload, due_at) SELECT 'mood-expiry', unnest($1::uuid[]), '{"version": 1}', $2::timestamptz`,
    values,
  );
  return models;
}

const kindsOf = (outcomes: readonly ExpiryOutcome[]) => outcomes.map(({ kind }) => kind);
const expireAll = (models: readonly string[], version = 1) => Promise.all(models.map((modelId) => moods.expire(modelId, version)));

/** What the tables have of a model, in words. */
async function traceOf(modelId: string): Promise<unknown> {
  const { rows } = await opened.sql.query(
    `SELECT (SELECT concat_ws(' ', mood_state, version, changed_by, updated_by, expires_at IS NULL, custom_message IS NULL, auto_respond, response_delay)
        FROM model_mood_states WHERE model_id = $1) AS state,
      (SELECT string_agg(concat_ws(' ', version, previous_state, new_state, changed_by, sealed, linked), ', ' ORDER BY version)
        FROM (SELECT *, hash = mood_transition_hash(t) AS sealed, previous_hash IS NOT DISTINCT FROM lag(hash) OVER (ORDER BY version) AS linked
          FROM mood_transition_logs t WHERE model_id = $1) l) AS log,
      (SELECT string_agg(concat_ws(' ', kind, payload ->> 'version', payload ->> 'type', payload ->> 'previousState'), ', ' ORDER BY kind) FROM outbox
        WHERE model_id = $1) AS promises,
      (SELECT (payload ->> 'timestamp')::timestamptz = e.expires_at FROM outbox o JOIN mood_transition_logs e ON e.model_id = o.model_id AND e.version = 1
        WHERE o.model_id = $1 AND kind = 'mood-changed') AS "eventSaysWhenItEnded"`,
    [modelId],
  );
  return rows[0];
}

const resetOnce = {
  state: 'neutral 2 system admin t t f 0',
  log: '1 positive admin t t, 2 positive neutral system t t',
  promises: 'mood-changed 2 positive, notification 2 mood_expired positive',
  eventSaysWhenItEnded: true,
};
const untouched = {
  state: 'positive 1 model admin f f t 30',
  log: '1 positive admin t t',
  promises: 'mood-expiry 1',
  eventSaysWhenItEnded: null,
};

test('moods that end at the same moment are reset together, each as it would be alone', async () => {
  const models = await modelsEnding(70, -0.5);
  const outcomes = await expireAll(models);
  expect(outcomes[7]).toMatchObject({ kind: 'reset', mood: { modelId: models[7], moodState: 'neutral', version: 2, updatedBy: 'admin' } });
  for (const modelId of models) expect(await traceOf(modelId)).toEqual(resetOnce);
});

test('each has an outcome of its own: not yet over, replaced, deleted, and asked for twice', async () => {
  const [over = '', again = ''] = await modelsEnding(2, -0.5);
  const [early = ''] = await modelsEnding(1, 60);
  const deleted = randomUUID();
  await opened.sql.query(`INSERT INTO outbox (kind, model_id, payload) VALUES ('mood-expiry', $1, '{"version": 1}')`, [deleted]);
  // Nothing is begun before this turn is over: the first goes alone otherwise.
  const [first, outcomes, replaced] = await Promise.all([
    moods.expire(over, 1),
    expireAll([early, again, again, deleted]),
    moods.expire(early, 7),
  ]);
  expect([first.kind, replaced.kind, ...kindsOf(outcomes).toSorted()]).toEqual([
    'reset',
    'superseded',
    'not_due',
    'reset',
    'superseded',
    'superseded',
  ]);
  expect(outcomes[0]).toEqual({ kind: 'not_due', remainingMs: expect.any(Number) });
  expect(await traceOf(over)).toEqual(resetOnce);
  expect(await traceOf(again)).toEqual(resetOnce);
  expect(await traceOf(early)).toEqual(untouched);
  // Nobody else would take its promise away.
  expect(await traceOf(deleted)).toMatchObject({ promises: null });
});

test('one that cannot be reset keeps no other from it', async () => {
  const models = await modelsEnding(10, -0.5);
  const [broken] = models;
  await opened.sql.query(
    `CREATE TRIGGER broken BEFORE INSERT ON mood_transition_logs FOR EACH ROW WHEN (NEW.model_id = '${broken}') EXECUTE FUNCTION refuse_change()`,
  );
  try {
    const outcomes = await Promise.allSettled(models.map((modelId) => moods.expire(modelId, 1)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 9 }, () => 'fulfilled')]);
    for (const modelId of models) expect(await traceOf(modelId)).toEqual(modelId === broken ? untouched : resetOnce);
  } finally {
    await opened.sql.query('DROP TRIGGER broken ON mood_transition_logs');
  }
});

test('one whose model somebody else is changing is waited for by nobody else', async () => {
  const models = await modelsEnding(10, -0.5);
  const [held = '', ...others] = models;
  await opened.sql.query('BEGIN');
  await opened.sql.query('SELECT pg_advisory_xact_lock(hashtextextended($1::text, 7305))', [held]);
  const expiring = [...others, held].map((modelId) => moods.expire(modelId, 1));
  expect(kindsOf(await Promise.all(expiring.slice(0, -1)))).toEqual(others.map(() => 'reset'));
  await opened.sql.query('ROLLBACK');
  await expiring.at(-1);
  expect(await traceOf(held)).toEqual(resetOnce);
});

test('who comes late with several has all that are overdue reset, without a job for each; others have not', async () => {
  const late = await modelsEnding(700, -30);
  const asked = late.slice(0, 3);
  const later = await modelsEnding(5, 60);
  expect(await moods.expire(asked[0] ?? '', 1)).toMatchObject({ kind: 'reset' });
  expect(overdue).toEqual([]);
  await expireAll(asked.slice(1));
  await eventually(
    async () => overdue.length,
    (reset) => reset === late.length - asked.length,
  );
  expect(new Set([...asked, ...overdue.map(({ modelId }) => modelId)])).toEqual(new Set(late));
  for (const modelId of [late[0] ?? '', late[699] ?? '']) expect(await traceOf(modelId)).toEqual(resetOnce);
  for (const modelId of later) expect(await traceOf(modelId)).toEqual(untouched);
  const { rows } = await opened.sql.query(`SELECT kind, count(*)::int AS count FROM outbox GROUP BY kind ORDER BY kind`);
  expect(rows).toEqual([
    { kind: 'mood-changed', count: 700 },
    { kind: 'mood-expiry', count: 5 },
    { kind: 'notification', count: 700 },
  ]);
  // Their own jobs come later.
  expect(new Set(kindsOf(await expireAll(late.slice(3, 60))))).toEqual(new Set(['superseded']));
});

test('processes that reset the same moods at the same time reset each once', async () => {
  const models = await modelsEnding(60, -10);
  const another = createMoodStore(opened.connectAnother(), createAuditVault(opened.database, [createMasterKey('m1')]), {
    onOverdueReset: (reset) => void overdue.push(...reset),
  });
  const all = await Promise.all([moods, another].flatMap((store) => models.map((modelId) => store.expire(modelId, 1))));
  const asked = all.filter(({ kind }) => kind === 'reset').length;
  // Who has reset others is told a moment later.
  await eventually(
    async () => asked + overdue.length,
    (resets) => resets >= 60,
  );
  expect(asked + overdue.length).toBe(60);
  for (const modelId of models) expect(await traceOf(modelId)).toEqual(resetOnce);
});
