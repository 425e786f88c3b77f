import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MoodSettings } from '@mood/domain';
import { Client } from 'pg';
import type { Answer } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { openMoodStore } from '@mood/testing/mood-store';
import type { OpenMoodStore } from '@mood/testing/mood-store';
import { patientWithDatabase, startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const hourMs = 3_600_000;

let stack: Stack;
let database: Client;
let store: OpenMoodStore;
beforeAll(async () => {
  // Hundreds at once take turns on ten connections: on a busy machine that takes longer than a request usually waits.
  stack = await startStack({ workers: 1, env: patientWithDatabase });
  store = openMoodStore(stack);
  database = new Client({ connectionString: stack.database.url });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await store.close();
  await stack.stop();
});

const update = (model: Model, more: object = {}) => stack.api.post('/api/v1/mood/update', { moodState: 'positive', ...more }, model.token);

async function updates(model: Model, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await update(model));
  return answers;
}

const statuses = (answers: readonly Answer[]) => ({
  passed: answers.filter(({ status }) => status === 200).length,
  refused: answers.filter(({ status }) => status === 429).length,
});

/** Makes the oldest counted changes of a model older, in the rows that count them. */
async function age(model: Model, changes: number, interval: string): Promise<void> {
  const { rowCount } = await database.query(
    `UPDATE mood_rate_limits SET window_start = window_start - $3::interval, window_end = window_end - $3::interval
     WHERE id IN (SELECT id FROM mood_rate_limits WHERE model_id = $1 ORDER BY window_end LIMIT $2)`,
    [model.id, changes, interval],
  );
  expect(rowCount).toBe(changes);
}

const remainingOf = ({ headers }: Answer) => Number(/;r=(\d+);/.exec(headers.get('ratelimit') ?? '')?.[1]);

describe('400 updates of one model at the same time', () => {
  let model: Model;
  let answers: Answer[];
  let startedAt: number;
  let endedAt: number;
  beforeAll(async () => {
    model = await stack.createModel();
    startedAt = Date.now();
    answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) => update(model, { moodState: index % 2 === 0 ? 'positive' : 'negative' })),
    );
    endedAt = Date.now();
  });

  test('let exactly 50 through and refuse 350', () => {
    expect(statuses(answers)).toEqual({ passed: 50, refused: 350 });
    expect(new Set(answers.filter(({ status }) => status === 429).map(({ body }) => body.error))).toEqual(new Set(['RATE_LIMIT_EXCEEDED']));
  });

  test('count down from 49 to 0, each number once', () => {
    const remaining = answers.filter(({ status }) => status === 200).map(remainingOf);
    expect(remaining.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test('name the moment 60 minutes after the oldest counted change, to the millisecond', () => {
    const first = Math.min(...answers.filter(({ status }) => status === 200).map(({ body }) => Date.parse(body.lastUpdated)));
    const resetTimes = new Set(answers.filter(({ status }) => status === 429).map(({ body }) => body.resetTime));
    expect([...resetTimes]).toEqual([new Date(first + hourMs).toISOString()]);
  });

  test('say in headers when to come back', () => {
    for (const { status, headers, body } of answers) {
      expect(headers.get('ratelimit-policy')).toBe('"mood-changes";q=50;w=3600');
      if (status !== 429) continue;
      const reset = Date.parse(body.resetTime);
      const wait = Number(headers.get('retry-after'));
      expect(headers.get('ratelimit')).toMatch(/^"mood-changes";r=0;t=\d+$/);
      expect(wait).toBeGreaterThanOrEqual(Math.ceil((reset - endedAt) / 1_000));
      expect(wait).toBeLessThanOrEqual(Math.ceil((reset - startedAt) / 1_000));
      expect(Number(/t=(\d+)$/.exec(headers.get('ratelimit') ?? '')?.[1])).toBeGreaterThanOrEqual(wait - 1);
    }
  });

  test('leave 50 transitions, each following the one before', async () => {
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=100`, model.token);
    expect([body.total, body.history.length]).toEqual([50, 50]);
    const oldestFirst = body.history.toReversed();
    oldestFirst.forEach((entry: { previousState: string }, index: number) => {
      expect(entry.previousState).toBe(index === 0 ? 'neutral' : oldestFirst[index - 1].moodState);
    });
  });

  test('tell analytics of 50 events, each once', async () => {
    // A promise leaves the outbox only when analytics has its event: nothing more comes after.
    await eventually(
      async () => (await database.query('SELECT 1 FROM outbox WHERE model_id = $1', [model.id])).rowCount,
      (rows) => rows === 0,
    );
    const events = await stack.platform.events(model.id);
    expect(events).toHaveLength(50);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(50);
  });
});

describe('the allowance of an hour', () => {
  test('comes back change by change, as each becomes older than 60 minutes', async () => {
    const model = await stack.createModel();
    await updates(model, 50);
    await age(model, 10, '59 minutes');
    expect((await update(model)).status).toBe(429);
    await age(model, 10, '1 minute');
    const more = await Promise.all(Array.from({ length: 30 }, () => update(model)));
    expect(statuses(more)).toEqual({ passed: 10, refused: 20 });
  });

  test('names the oldest change that still counts', async () => {
    const model = await stack.createModel();
    const answers = await updates(model, 50);
    await age(model, 7, '60 minutes');
    const eighth = Date.parse(answers[7]?.body.lastUpdated);
    await updates(model, 7);
    const { status, body } = await update(model);
    expect([status, body.resetTime]).toEqual([429, new Date(eighth + hourMs).toISOString()]);
  });

  test('is not used up by what was refused', async () => {
    const model = await stack.createModel();
    for (let index = 0; index < 60; index += 1) expect((await update(model, { moodState: 'happy' })).status).toBe(400);
    expect(remainingOf(await update(model))).toBe(49);
  });

  test('is not used up by resets of the system nor by overrides of an admin', async () => {
    const model = await stack.createModel();
    await updates(model, 48);
    const expiresAt = new Date(Date.now() + 2_000);
    expect((await update(model, { expiresAt: expiresAt.toISOString() })).status).toBe(200);
    const newest = async () => (await stack.api.get(`/api/v1/mood/${model.id}/history?limit=1`, model.token)).body.history[0].changedBy;
    await eventually(newest, (changedBy) => changedBy === 'system');
    const settings: MoodSettings = {
      moodState: 'negative',
      customMessage: null,
      autoRespond: false,
      responseDelay: 0,
      expiresAt: null,
    };
    const outcome = await store.moods.change(
      model.id,
      settings,
      {
        kind: 'admin',
        adminUserId: crypto.randomUUID(),
        reason: 'Asked for by phone',
        reasonCode: 'support',
        origin: { ipAddress: null, userAgent: null },
      },
      { hourlyLimit: null, termsVersion: null, holdMinutes: null },
    );
    expect(outcome.kind).toBe('changed');
    const last = await update(model);
    expect([last.status, remainingOf(last)]).toEqual([200, 0]);
    expect((await update(model)).status).toBe(429);
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token);
    expect(body.total).toBe(52);
  });

  test('is of each model alone', async () => {
    const [busy, other] = await Promise.all([stack.createModel(), stack.createModel()]);
    await updates(busy, 51);
    expect(remainingOf(await update(other))).toBe(49);
  });
});
