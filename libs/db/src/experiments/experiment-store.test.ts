import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { composeMessage, createTemplateIndex, defaultPlan, judgePhase, neverSetMood } from '@mood/domain';
import type { ExperimentPhase, ExperimentStore, TemplateDraft, TemplateIndex, TemplateStore } from '@mood/domain';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { bySystem, draftUnderTest } from '../templates/template-draft.fixture.ts';
import { purgeStaleRows } from '../purge.ts';
import { createTemplateStore } from '../templates/template-store.ts';
import { createExperimentStore } from './experiment-store.ts';

let opened: DatabaseUnderTest;
let templates: TemplateStore;
let experiments: ExperimentStore;
let experiment: string;
let ids: string[];

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  templates = createTemplateStore(opened.database);
  experiments = createExperimentStore(opened.database);
});
beforeEach(async () => {
  experiment = `tone-${randomUUID().slice(0, 8)}`;
  const made = [await add({ content: 'One', priority: 300 }), await add({ content: 'Two', weight: 3 })];
  ids = made.map(({ id }) => id);
});
afterAll(() => opened.close());

const variant = (more: Partial<TemplateDraft>) => draftUnderTest({ templateType: 'auto_response', experiment, ...more });
const add = (more: Partial<TemplateDraft>) => templates.create(variant(more), bySystem);
const by = { changedBy: randomUUID(), reason: 'because' };

async function newestPhase(): Promise<ExperimentPhase> {
  const found = await experiments.find(experiment);
  const [phase] = found?.phases ?? [];
  if (phase === undefined) throw new Error('there is no phase');
  return phase;
}

const counts = async () => (await newestPhase()).variants.map(({ label, exposed, mature, engaged }) => [label, exposed, mature, engaged]);

/** The variant that a worker would choose for a user. */
function chosenBy(index: TemplateIndex, user: number): string {
  const now = new Date();
  const mood = { ...neverSetMood(by.changedBy, now), moodState: 'positive' } as const;
  const userId = createHash('md5')
    .update(`user${user}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const people = { userId, tier: null, locale: null, userName: null, modelName: null };
  return composeMessage({ index, templateType: 'auto_response', mood, now, ...people }).template?.id ?? '';
}

interface Reply {
  user: number;
  /** Of the variant; null: held out. */
  nth: number | null;
  /** Minutes ago. */
  ago?: number;
  /** Minutes after the reply. */
  engagedAfter?: number | null;
  status?: string;
}

/** Rows as the worker leaves them, in the phase that goes on. */
async function addReplies(replies: readonly Reply[]): Promise<void> {
  const { id } = await newestPhase();
  await opened.sql.query(
    `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, template_id,
        mood_state, phase_id, sent_at, held_out_at, engaged_at)
      SELECT gen_random_uuid(), gen_random_uuid()::text, 'c', $1, md5('user' || r."user")::uuid, coalesce(r.status, 'sent'), at, at, at, r.template,
        'positive', $2, CASE WHEN r.template IS NOT NULL THEN at END, CASE WHEN r.template IS NULL THEN at END,
        at + r."engagedAfter" * interval '1 minute'
      FROM json_to_recordset($3) AS r ("user" integer, template uuid, ago double precision, "engagedAfter" double precision, status text),
        LATERAL (SELECT now() - coalesce(r.ago, 120) * interval '1 minute' AS at) AS moment`,
    [randomUUID(), id, JSON.stringify(replies.map(({ nth, ...more }) => ({ ...more, template: nth === null ? null : ids[nth] })))],
  );
}

describe('results of a phase', () => {
  test('count a user once, by the first reply that was sent, and whoever wrote again in time', async () => {
    await addReplies([
      { user: 1, nth: 0, ago: 200, engagedAfter: 59 },
      { user: 1, nth: 1, ago: 150, engagedAfter: 1 },
      { user: 2, nth: 1, engagedAfter: 61 },
      { user: 3, nth: 1, engagedAfter: null },
      // Not over yet, so it is neither engaged nor not.
      { user: 4, nth: 1, ago: 30, engagedAfter: 5 },
      { user: 5, nth: 0, status: 'sending' },
      { user: 6, nth: 0, status: 'cancelled' },
    ]);
    expect(await counts()).toEqual([
      ['A', 1, 1, 1],
      ['B', 3, 2, 0],
    ]);
  });

  test('count those who get no reply from the moment at which it would have been sent', async () => {
    await experiments.plan(experiment, { ...defaultPlan, holdout: 0.25 }, by);
    await addReplies([
      { user: 1, nth: null, status: 'cancelled', engagedAfter: 10 },
      { user: 1, nth: 0, ago: 60 },
      { user: 2, nth: null, status: 'cancelled' },
    ]);
    expect(await counts()).toEqual([
      ['A', 0, 0, 0],
      ['B', 0, 0, 0],
      ['no reply', 2, 2, 1],
    ]);
  });

  test('of 100,000 users have the weights to a hundredth; a split that somebody makes by hand is broken, and shows nothing', async () => {
    const stored = await Promise.all(ids.map((id) => templates.find(id)));
    const index = createTemplateIndex(stored.flatMap((one) => one ?? []));
    const replies = Array.from({ length: 100_000 }, (_, user): Reply => ({ user, nth: ids.indexOf(chosenBy(index, user)) }));
    for (let begin = 0; begin < replies.length; begin += 20_000) await addReplies(replies.slice(begin, begin + 20_000));
    const phase = await newestPhase();
    const [a, b] = phase.variants.map(({ exposed }) => exposed);
    expect((a ?? 0) + (b ?? 0)).toBe(100_000);
    expect(Math.abs((a ?? 0) / 100_000 - 0.25)).toBeLessThan(0.01);
    expect(judgePhase(phase).verdict.words).toBe('too early (0 of 7 days)');

    await opened.sql.query(
      `UPDATE auto_replies SET template_id = $1 WHERE phase_id = $2 AND template_id = $3 AND user_id::text LIKE '0%'`,
      [ids[0], phase.id, ids[1]],
    );
    const { verdict, comparisons } = judgePhase(await newestPhase());
    expect(verdict.words).toMatch(/^broken: split (?:29|30):7[01] instead of 25:75$/);
    expect(comparisons).toBeNull();
  });
});

test('results are kept when the replies of a phase that is over go, and those of one that goes on stay', async () => {
  await experiments.plan(experiment, { ...defaultPlan, size: 78 }, by);
  const unexposed = await newestPhase();
  await experiments.plan(experiment, { ...defaultPlan, size: 79 }, by);
  await addReplies([
    { user: 1, nth: 0, engagedAfter: 5 },
    { user: 2, nth: 0 },
    { user: 3, nth: 1, engagedAfter: 5 },
  ]);
  const { id } = await newestPhase();
  const left = async () => {
    const { rows } = await opened.sql.query(`SELECT count(*)::int AS replies FROM auto_replies WHERE phase_id = $1`, [id]);
    return rows[0].replies;
  };
  await opened.sql.query(`UPDATE auto_replies SET created_at = now() - interval '31 days' WHERE phase_id = $1`, [id]);
  const { signal } = new AbortController();
  await purgeStaleRows(opened.database, signal);
  expect(await left()).toBe(3);

  const { firstExposedAt } = await newestPhase();
  await experiments.stop(experiment, [], by);
  await opened.sql.query(`UPDATE mood_experiment_phases SET ended_at = now() - interval '4 days' WHERE id = $1`, [id]);
  const before = judgePhase(await newestPhase());
  await purgeStaleRows(opened.database, signal);
  expect(await left()).toBe(0);
  // The days since the first exposure, not since the start, decide whether there is enough: the verdict stays.
  expect([(await newestPhase()).firstExposedAt, judgePhase(await newestPhase())]).toEqual([firstExposedAt, before]);
  expect(await counts()).toEqual([
    ['A', 2, 2, 1],
    ['B', 1, 1, 1],
  ]);

  await opened.sql.query(`UPDATE mood_experiment_phases SET ended_at = now() - interval '4 days' WHERE id = $1`, [unexposed.id]);
  await purgeStaleRows(opened.database, signal);
  const nobody = (await experiments.find(experiment))?.phases.find((phase) => phase.id === unexposed.id);
  expect([nobody?.firstExposedAt, nobody?.variants.map(({ exposed }) => exposed)]).toEqual([null, [0, 0]]);
});

describe('an experiment', () => {
  test('is listed with its phases that go on, and known by name alone', async () => {
    await experiments.plan(experiment, { ...defaultPlan, size: 77 }, by);
    const { experiments: listed, total } = await experiments.list({ limit: 50, offset: 0 });
    expect(total).toBe(listed.length);
    expect(listed.find(({ name }) => name === experiment)).toMatchObject({
      state: 'running',
      phases: [{ plan: { size: 77 }, isPlanned: true }],
    });
    expect(await experiments.find('nobody-has-it')).toBeNull();
    expect(await experiments.plan('nobody-has-it', defaultPlan, by)).toBe(false);
  });

  test('that is stopped leaves the winner to everybody where the experiment stood, and is recorded', async () => {
    const [loser = '', winner = ''] = ids;
    expect(await experiments.stop(experiment, [winner], by)).toEqual({ kind: 'stopped', winners: [winner] });
    expect(await templates.find(winner)).toMatchObject({ active: true, experiment: null, priority: 300, content: 'Two' });
    expect(await templates.find(loser)).toMatchObject({ active: false, experiment });
    expect((await templates.versions(winner, { limit: 1, offset: 0 }))?.versions).toMatchObject([
      { changedBy: by.changedBy, reason: 'because' },
    ]);
    const found = await experiments.find(experiment);
    expect(found).toMatchObject({
      state: 'stopped',
      decisions: [{ kind: 'stop', winners: [winner], by: by.changedBy, reason: 'because' }],
      phases: [{ endedAt: expect.any(Date) }],
    });
    expect(await experiments.stop(experiment, [winner], by)).toEqual({ kind: 'not_running' });
    // A plan for another time starts nothing.
    expect(await experiments.plan(experiment, defaultPlan, by)).toBe(true);
    expect(await experiments.find(experiment)).toMatchObject({ state: 'stopped' });
  });

  test('without a winner leaves the first variant, at each place', async () => {
    const german = [await add({ content: 'Eins', locale: 'de' }), await add({ content: 'Zwei', locale: 'de' })].map(({ id }) => id);
    const [, second = ''] = german;
    expect(await experiments.stop(experiment, [second], by)).toEqual({
      kind: 'stopped',
      winners: expect.arrayContaining([second, ids[0]]),
    });
  });

  test.each([
    ['is no variant', () => [randomUUID()]],
    ['is one of two at one place', () => ids],
  ])('is not stopped for a winner that %s: nothing changes', async (_what, winners) => {
    expect((await experiments.stop(experiment, winners(), by)).kind).toBe('no_winner');
    expect(await experiments.find(experiment)).toMatchObject({ state: 'running', decisions: [] });
  });

  test('that is stopped by two at once is stopped once', async () => {
    const outcomes = await Promise.all([experiments.stop(experiment, [], by), experiments.stop(experiment, [], by)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['not_running', 'stopped']);
  });
});
