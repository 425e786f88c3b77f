import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MoodSettings, MoodStore } from '@mood/domain';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import type { Database, Statement } from '../database.ts';
import { createMoodStore } from './mood-store.ts';
import { createPerformerRegistry } from './performer-registry.ts';

const masterKey = createMasterKey('m1');
let opened: DatabaseUnderTest;
let database: Database;
/** The names of the statements that changed moods, in their order. */
let statements: string[];
let moods: MoodStore;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  database = {
    ...opened.database,
    query(statement: Statement, values) {
      statements.push(statement.name);
      return opened.database.query(statement, values);
    },
  };
});
beforeEach(() => {
  statements = [];
  moods = createMoodStore(database, createAuditVault(opened.database, [masterKey]));
});
afterAll(() => opened.close());

async function newModels(count: number): Promise<string[]> {
  const models = Array.from({ length: count }, () => randomUUID());
  await createPerformerRegistry(opened.database).register(models);
  return models;
}

const settings: MoodSettings = { moodState: 'positive', customMessage: null, autoRespond: true, responseDelay: 30, expiresAt: null };
const rules = { hourlyLimit: 50, termsVersion: null, holdMinutes: null };

function change(modelId: string, more: Partial<MoodSettings> = {}, hourlyLimit = rules.hourlyLimit) {
  const actor = { kind: 'model' as const, modelId, origin: { ipAddress: '203.0.113.77', userAgent: 'Test "1", {a} \\ NULL' } };
  return moods.change(modelId, { ...settings, ...more }, actor, { ...rules, hourlyLimit });
}

describe('changes of moods', () => {
  test('travel together when many come at once, each with its own outcome', async () => {
    const models = await newModels(100);
    const strangers = [randomUUID(), randomUUID()];
    const expiresAt = new Date(Date.now() + 3_600_000);
    const texts = ['NULL', '', '"{,}\\', 'ä😀 \n', `it's`];
    const outcomes = await Promise.all(
      [...models, ...strangers].map((modelId, index) =>
        change(modelId, { customMessage: texts[index % texts.length] ?? null, expiresAt: index % 2 === 0 ? expiresAt : null }),
      ),
    );
    expect(statements.length).toBeLessThan(20);
    expect(statements).toContain('change-moods');
    expect(outcomes.slice(models.length)).toEqual([{ kind: 'model_unknown' }, { kind: 'model_unknown' }]);
    for (const [index, modelId] of models.entries()) {
      const expected = { modelId, version: 1, customMessage: texts[index % texts.length], expiresAt: index % 2 === 0 ? expiresAt : null };
      expect(outcomes[index]).toMatchObject({ kind: 'changed', mood: expected, allowance: { limit: 50, remaining: 49 } });
      expect(await moods.find(modelId)).toMatchObject(expected);
      const { history, total } = await moods.history(modelId, { limit: 5, offset: 0 }, { kind: 'owner', modelId });
      expect([total, history[0]?.customMessage]).toEqual([1, texts[index % texts.length]]);
    }
  });

  test('go alone when they are alone', async () => {
    const [modelId = ''] = await newModels(1);
    await change(modelId);
    await change(modelId);
    expect(statements).toEqual(['change-mood', 'change-mood']);
  });

  test('of one model that come at once are made one after the other, up to the limit and not beyond', async () => {
    const [modelId = ''] = await newModels(1);
    const other = createMoodStore(opened.connectAnother(), createAuditVault(opened.database, [masterKey]));
    const actor = { kind: 'model' as const, modelId, origin: { ipAddress: null, userAgent: null } };
    const outcomes = await Promise.all(
      Array.from({ length: 120 }, (_, turn) => (turn % 2 === 0 ? change(modelId) : other.change(modelId, settings, actor, rules))),
    );
    const changed = outcomes.flatMap((outcome) => (outcome.kind === 'changed' ? [outcome.mood.version] : []));
    expect(changed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(outcomes.filter(({ kind }) => kind === 'rate_limited')).toHaveLength(70);
  });

  test('do not wait for a model that somebody else holds, but for those of that model', async () => {
    const models = await newModels(40);
    const [held = ''] = models;
    await opened.sql.query('BEGIN');
    await opened.sql.query('SELECT pg_advisory_xact_lock(hashtextextended($1::text, 7305))', [held]);
    let isDone = false;
    const waiting = change(held).then((outcome) => {
      isDone = true;
      return outcome;
    });
    const others = await Promise.all([...models.slice(1), held].filter((modelId) => modelId !== held).map((modelId) => change(modelId)));
    expect(others.every(({ kind }) => kind === 'changed')).toBe(true);
    expect(isDone).toBe(false);
    await opened.sql.query('COMMIT');
    expect((await waiting).kind).toBe('changed');
  });

  test('end the mood whose time is over first, as its reset would have', async () => {
    const models = await newModels(3);
    const expiresAt = new Date(Date.now() + 1_000);
    const ending = await Promise.all(
      models.map((modelId) => change(modelId, { expiresAt, customMessage: 'Soon over', responseDelay: 120 })),
    );
    expect(ending.map(({ kind }) => kind)).toEqual(['changed', 'changed', 'changed']);
    await pause(expiresAt.getTime() - Date.now() + 5);
    const [one = '', other = '', third = ''] = models;
    const admin = {
      kind: 'admin' as const,
      adminUserId: randomUUID(),
      reason: 'Test',
      reasonCode: 'other' as const,
      origin: { ipAddress: null, userAgent: null },
    };
    const override = moods.change(other, { ...settings, responseDelay: null }, admin, { ...rules, hourlyLimit: null });
    const outcomes = await Promise.all([change(one), override, change(third, {}, 1)]);
    // Without the reset the delay of the mood that was over would be back.
    expect(outcomes).toMatchObject([
      { kind: 'changed', mood: { version: 3, responseDelay: 30 } },
      { kind: 'changed', mood: { version: 3, responseDelay: 0 } },
      { kind: 'rate_limited' },
    ]);
    expect(await moods.find(third)).toMatchObject({ version: 2, moodState: 'neutral', lastUpdated: expiresAt, updatedBy: 'model' });
    for (const modelId of [one, other]) {
      const { history } = await moods.history(modelId, { limit: 5, offset: 0 }, { kind: 'owner', modelId });
      expect(history.map(({ previousState, moodState, changedBy }) => [previousState, moodState, changedBy])).toEqual([
        ['neutral', 'positive', modelId === one ? 'model' : 'admin'],
        ['positive', 'neutral', 'system'],
        ['neutral', 'positive', 'model'],
      ]);
      expect(history.map(({ changedAt }) => changedAt.getTime())).toEqual(
        history.map(({ changedAt }) => changedAt.getTime()).toSorted((a, b) => b - a),
      );
    }
    const { rows } = await opened.sql.query(
      `SELECT model_id, payload->>'type' AS type FROM outbox WHERE kind = 'notification' AND model_id = ANY($1) ORDER BY created_at`,
      [models],
    );
    expect(new Set(rows.filter(({ type }) => type === 'mood_expired').map(({ model_id }) => model_id))).toEqual(new Set(models));
    expect(await moods.expire(one, 1)).toEqual({ kind: 'superseded' });
    const promised = await opened.sql.query(`SELECT 1 FROM outbox WHERE kind = 'mood-expiry' AND model_id = ANY($1)`, [models]);
    expect(promised.rows).toEqual([]);
  });

  test('are made on their own when one of those they travel with cannot be made', async () => {
    const models = await newModels(40);
    // What the database refuses with an error, past all checks: a delay that its column does not take.
    const outcomes = await Promise.allSettled(models.map((modelId, index) => change(modelId, index === 17 ? { responseDelay: 1e12 } : {})));
    expect(outcomes.map(({ status }) => status)).toEqual(models.map((_, index) => (index === 17 ? 'rejected' : 'fulfilled')));
    const versions = await Promise.all(models.map(async (modelId) => (await moods.find(modelId))?.version));
    expect(versions).toEqual(models.map((_, index) => (index === 17 ? 0 : 1)));
  });
});
