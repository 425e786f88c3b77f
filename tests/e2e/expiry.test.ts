import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '@mood/testing/eventually';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { sideBySide } from '@mood/testing/side-by-side';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

interface Entry {
  moodState: string;
  previousState: string;
  changedBy: string;
  changedAt: string;
  recordedAt: string;
}

/** Sets a mood that ends `seconds` from now. @returns when. */
async function setMoodFor(stack: Stack, model: Model, seconds: number): Promise<Date> {
  const expiresAt = new Date(Date.now() + seconds * 1_000);
  const mood = { moodState: 'positive', customMessage: 'Only for now', autoRespond: true, responseDelay: 30 };
  const { status } = await stack.api.post('/api/v1/mood/update', { ...mood, expiresAt: expiresAt.toISOString() }, model.token);
  expect(status).toBe(200);
  return expiresAt;
}

const readMood = async (stack: Stack, model: Model) => (await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body;

async function historyOf(stack: Stack, model: Model): Promise<Entry[]> {
  return (await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).body.history;
}

/** The mood as everybody reads it from the instant of its end on. */
const ended = (model: Model, expiresAt: Date) => ({
  modelId: model.id,
  moodState: 'neutral',
  customMessage: null,
  autoRespond: false,
  responseDelay: 0,
  expiresAt: null,
  lastUpdated: expiresAt.toISOString(),
  updatedBy: 'model',
});

/** How well the API knows the database's clock at worst, in milliseconds: half of the quickest of its first answers, on a busy machine. */
const clockErrorMs = 100;

/** Reads without a pause until a second after the end, and holds each answer against the clock. */
async function watchTheEnd(stack: Stack, model: Model, expiresAt: Date): Promise<void> {
  const seen = { before: 0, after: 0 };
  while (Date.now() < expiresAt.getTime() + 1_000) {
    const askedAt = Date.now();
    const mood = await readMood(stack, model);
    const answeredAt = Date.now();
    if (answeredAt < expiresAt.getTime() - clockErrorMs) {
      expect(mood).toMatchObject({ moodState: 'positive', expiresAt: expiresAt.toISOString() });
      seen.before += 1;
    } else if (askedAt >= expiresAt.getTime() + clockErrorMs) {
      expect(mood).toEqual(ended(model, expiresAt));
      seen.after += 1;
    }
  }
  expect(seen.before).toBeGreaterThan(0);
  expect(seen.after).toBeGreaterThan(0);
}

/** Whether nothing is promised for a model any more: then nothing more can come. */
async function settled(database: Client, model: Model): Promise<void> {
  await eventually(
    async () => (await database.query('SELECT kind, job_id FROM outbox WHERE model_id = $1', [model.id])).rows,
    (rows) => rows.length === 0,
  );
}

/** Waits for the reset, and checks that it was the only one and told the model once. */
async function expectOneReset(stack: Stack, database: Client, model: Model): Promise<Entry> {
  await eventually(
    () => historyOf(stack, model),
    (found) => found.some(({ changedBy }) => changedBy === 'system'),
  );
  await settled(database, model);
  const history = await historyOf(stack, model);
  expect(history).toMatchObject([
    { moodState: 'neutral', previousState: 'positive', changedBy: 'system' },
    { moodState: 'positive', previousState: 'neutral', changedBy: 'model' },
  ]);
  expect(await stack.platform.notifications(model.id)).toMatchObject([{ type: 'mood_expired' }]);
  const [reset] = history;
  if (reset === undefined) throw new Error('no history');
  return reset;
}

describe('with a worker', () => {
  let stack: Stack;
  let database: Client;
  /** Until nothing of a model's waits for the relay but ends that are far away. */
  const publishedAll = (model: Model) =>
    eventually(
      () =>
        stack.database.query(`SELECT 1 FROM outbox WHERE model_id = $1 AND job_id IS NULL AND due_at < now() + interval '9 minutes'`, [
          model.id,
        ]),
      (rows) => rows.length === 0,
      20_000,
    );
  /** For how long its processes wait for a processor from now on. */
  const stopwatchOfWaits = () => {
    const before = waitedForProcessorMs(stack.pids);
    return () => waitedForProcessorMs(stack.pids) - before;
  };
  beforeAll(async () => {
    stack = await startStack({ workers: 1 });
    database = new Client({ connectionString: stack.database.url });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await stack.stop();
  });

  test.each([1, 3])('a mood of %i seconds reads as neutral from its end on, and is reset within 2 seconds', async (seconds) => {
    const model = await stack.createModel();
    const waited = stopwatchOfWaits();
    const expiresAt = await setMoodFor(stack, model, seconds);
    await watchTheEnd(stack, model, expiresAt);
    const reset = await expectOneReset(stack, database, model);
    expect(reset.changedAt).toBe(expiresAt.toISOString());
    const late = Date.parse(reset.recordedAt) - expiresAt.getTime();
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(2_000 + waited());
    expect(await readMood(stack, model)).toEqual(ended(model, expiresAt));
    const events = await stack.platform.events(model.id);
    expect(events.map(({ previousState, newState }) => `${previousState} to ${newState}`).toSorted()).toEqual([
      'neutral to positive',
      'positive to neutral',
    ]);
  });

  test('many moods that end at the same instant are each reset once, within 2 seconds', async () => {
    const models = await Promise.all(Array.from({ length: 30 }, () => stack.createModel()));
    const waited = stopwatchOfWaits();
    const ends = await Promise.all(models.map((model) => setMoodFor(stack, model, 2)));
    const resets = await Promise.all(models.map((model) => expectOneReset(stack, database, model)));
    for (const [index, { changedAt, recordedAt }] of resets.entries()) {
      expect(changedAt).toBe(ends[index]?.toISOString());
      const late = Date.parse(recordedAt) - (ends[index]?.getTime() ?? 0);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(2_000 + waited());
    }
  });

  const waiting = sideBySide();
  const manyChanges: [string, (turn: number) => string | null, number][] = [
    ['in the year 9999', () => '9999-12-31T23:59:59.999Z', 0],
    ['in an hour', () => new Date(Date.now() + 3_600_000).toISOString(), 0],
    ['in five minutes', () => new Date(Date.now() + 300_000).toISOString(), 1],
    ['earlier every time', (turn) => new Date(Date.now() + 500_000 - turn * 5_000).toISOString(), 1],
    ['in five minutes, or never', (turn) => (turn % 2 === 0 ? null : new Date(Date.now() + 300_000).toISOString()), 1],
    ['never in the end', (turn) => (turn < 39 ? new Date(Date.now() + 300_000).toISOString() : null), 1],
  ];
  for (const [when, endOf, jobs] of manyChanges) {
    waiting(`40 changes of one mood that ends ${when} leave one promise and one job at most`, async () => {
      const model = await stack.createModel();
      let end: string | null = null;
      for (let turn = 0; turn < 40; turn += 1) {
        end = endOf(turn);
        expect((await stack.api.post('/api/v1/mood/update', { moodState: 'positive', expiresAt: end }, model.token)).status).toBe(200);
        // Every few of them have been published.
        if (turn % 5 === 4) await publishedAll(model);
      }
      await publishedAll(model);
      const rows = await stack.database.query(`SELECT 1 FROM outbox WHERE kind = 'mood-expiry' AND model_id = $1`, [model.id]);
      expect(rows).toHaveLength(end === null ? 0 : 1);
      const kept = await (await stack.queues()).queue('mood-expiry').getJobs(['waiting', 'active', 'delayed']);
      expect(kept.filter(({ data }) => data['modelId'] === model.id).length).toBeLessThanOrEqual(jobs);
    });
  }

  test('a mood that was replaced before its end is not reset at that time', async () => {
    const model = await stack.createModel();
    const expiresAt = await setMoodFor(stack, model, 1);
    // The second mood ends later: once that reset is done, the first end has long passed.
    await stack.api.post(
      '/api/v1/mood/update',
      { moodState: 'negative', expiresAt: new Date(expiresAt.getTime() + 1_000).toISOString() },
      model.token,
    );
    const history = await eventually(
      () => historyOf(stack, model),
      (found) => found.some(({ changedBy }) => changedBy === 'system'),
    );
    await settled(database, model);
    expect(history).toMatchObject([
      { moodState: 'neutral', previousState: 'negative', changedBy: 'system' },
      { moodState: 'negative', previousState: 'positive', changedBy: 'model' },
      { moodState: 'positive', changedBy: 'model' },
    ]);
    expect(Date.parse(history[0]?.changedAt ?? '')).toBeGreaterThanOrEqual(expiresAt.getTime() + 1_000);
    expect(await stack.platform.notifications(model.id)).toHaveLength(1);
  });
});

describe('without a worker', () => {
  let stack: Stack;
  let database: Client;
  beforeAll(async () => {
    stack = await startStack({ env: { RECONCILE_PATIENCE_SECONDS: '1', RECONCILE_EVERY_MS: '200' } });
    database = new Client({ connectionString: stack.database.url });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await stack.stop();
  });

  test('a mood reads as neutral from its end on, too; the worker that comes later resets it once', async () => {
    const model = await stack.createModel();
    const expiresAt = await setMoodFor(stack, model, 1);
    await watchTheEnd(stack, model, expiresAt);
    const moods = await stack.api.get(`/api/v1/moods?modelIds=${model.id}`, model.token);
    expect(moods.body.moods).toEqual([ended(model, expiresAt)]);
    expect(await historyOf(stack, model)).toHaveLength(1);
    expect(await stack.platform.notifications(model.id)).toEqual([]);

    const worker = await stack.startWorker();
    await expectOneReset(stack, database, model);
    // The answer before the reset and after it is the same.
    expect(await readMood(stack, model)).toEqual(ended(model, expiresAt));
    await worker.stop();
  });

  test('a mood whose expiry job died with the worker and the queue is reset by the next one, which finds the promise', async () => {
    const model = await stack.createModel();
    const worker = await stack.startWorker();
    const expiresAt = await setMoodFor(stack, model, 3);
    const queue = (await stack.queues()).queue('mood-expiry');
    const job = await eventually(
      () => queue.getJob(`expire-${model.id}`),
      (found) => found !== undefined,
    );
    worker.kill('SIGKILL');
    expect(await worker.exited).toBe('SIGKILL');
    await job?.remove();
    expect(await queue.getJob(`expire-${model.id}`)).toBeUndefined();
    await eventually(
      () => readMood(stack, model),
      ({ moodState }) => moodState === 'neutral',
    );
    expect(await historyOf(stack, model)).toHaveLength(1);

    const next = await stack.startWorker();
    await expectOneReset(stack, database, model);
    expect(await readMood(stack, model)).toEqual(ended(model, expiresAt));
    await next.stop();
  });
});
