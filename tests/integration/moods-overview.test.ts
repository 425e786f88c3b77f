import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let admin: string;

beforeAll(async () => {
  stack = await startStack();
  admin = await stack.platform.token('admin');
});
afterAll(() => stack.stop());

const setMood = async (model: Model, update: object) => {
  const { status, body } = await stack.api.post('/api/v1/mood/update', update, model.token);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
};
const override = async (model: Model, update: object) => {
  const answer = await stack.api.post(`/api/v1/admin/mood/${model.id}/update`, { reason: 'a complaint', ...update }, admin);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body;
};
const me = async (token: string) => {
  const { status, body } = await stack.api.get('/api/v1/mood/me', token);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
};
/** As if the mood had run for its time, and nobody had written the reset. */
const endNow = (model: Model) =>
  stack.database.query(`UPDATE model_mood_states SET expires_at = now() - interval '1 second' WHERE model_id = $1`, [model.id]);

describe('what a model learns of a mood before it sets it', () => {
  test('the texts that the render route then answers, tier by tier; asking sets nothing', async () => {
    const model = await stack.createModel();
    const mood = { moodState: 'positive', customMessage: ' Back <b>soon</b> ', autoRespond: true, responseDelay: 5, expiresAt: null };
    const draft = { ...mood, userName: 'Ann', timeZone: 'Asia/Kathmandu', locale: 'de' };
    const { status, body } = await stack.api.post('/api/v1/mood/preview', draft, model.token);
    expect([status, body.message]).toEqual([
      200,
      {
        text: 'Back soon',
        shown: true,
        characters: 18,
        limit: 200,
        problem: null,
        removed: [
          { what: 'markup', text: '<b>' },
          { what: 'markup', text: '</b>' },
        ],
      },
    ]);
    expect((await me(model.token)).mood).toMatchObject({ moodState: 'neutral', customMessage: null });
    await setMood(model, mood);
    const service = await stack.platform.token('service', undefined, { scope: 'mood:render' });
    for (const { templateType, userTier, text } of body.texts) {
      if (templateType === 'auto_response') continue;
      const variables = { userName: 'Ann', ...(templateType === 'tip_thank_you' && { amount: '50' }) };
      const request = { modelId: model.id, templateType, userTier, variables, timeZone: 'Asia/Kathmandu', locale: 'de' };
      const rendered = await stack.api.post('/api/v1/mood/template/render', request, service);
      expect([templateType, userTier, rendered.body.renderedMessage ?? null]).toEqual([templateType, userTier, text]);
    }
  });

  test('why its message would be refused', async () => {
    const model = await stack.createModel();
    const draft = { moodState: 'negative', customMessage: 'call 555-867-5309' };
    const { body } = await stack.api.post('/api/v1/mood/preview', draft, model.token);
    expect(body.message).toMatchObject({
      text: null,
      problem: (await stack.api.post('/api/v1/mood/update', draft, model.token)).body.message,
    });
  });
});

test('a mood that could not be set in this form cannot be previewed either, for the same reason', async () => {
  const [model, other] = [await stack.createModel(), await stack.createModel()];
  const drafts = [
    { moodState: 'happy' },
    { moodState: 'positive', customMessage: 5 },
    { moodState: 'positive', responseDelay: 301 },
    { moodState: 'positive', autoRespond: 'yes' },
    { moodState: 'positive', expiresAt: 'soon' },
    { moodState: 'positive', expiresAt: '2020-01-01T00:00:00Z' },
    { moodState: 'positive', modelId: other.id },
    { moodState: 'positive', modelId: model.id },
    { moodState: 'positive', colour: 'red' },
  ];
  const answers = (path: string) =>
    Promise.all(
      drafts.map(async (draft) => {
        const { status, body } = await stack.api.post(path, draft, model.token);
        return [status, body.error];
      }),
    );
  const refusals = await answers('/api/v1/mood/update');
  expect(refusals.map(([status]) => status)).toEqual([400, 400, 400, 400, 400, 400, 403, 200, 400]);
  expect(await answers('/api/v1/mood/preview')).toEqual(refusals);
});

describe('what a model learns of itself', () => {
  test('who has never set a mood: neutral, all changes left, no hold, its terms, nothing to tell', async () => {
    const model = await stack.createModel();
    const own = await me(model.token);
    expect(own).toEqual({
      mood: expect.objectContaining({ modelId: model.id, moodState: 'neutral', customMessage: null }),
      changes: { limit: 50, remaining: 50, moreAt: null },
      heldUntil: null,
      terms: { version: '2026-01', acceptedAt: expect.any(String) },
      notices: [],
    });
    expect(own.mood).toEqual({ ...(await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body, version: 0 });
  });

  test('who has not accepted the terms reads that', async () => {
    const [id] = await stack.platform.createPerformers();
    expect((await me(await stack.platform.token('model', id))).terms).toEqual({ version: '2026-01', acceptedAt: null });
  });

  test('of the limit, as the update’s own headers say it; asking uses up nothing', async () => {
    const model = await stack.createModel();
    const before = Date.now();
    for (let change = 1; change <= 50; change += 1) await setMood(model, { moodState: change % 2 === 0 ? 'positive' : 'negative' });
    const { changes } = await me(model.token);
    expect(changes).toMatchObject({ limit: 50, remaining: 0 });
    const refused = await stack.api.post('/api/v1/mood/update', { moodState: 'neutral' }, model.token);
    expect([refused.status, refused.body.resetTime]).toEqual([429, changes.moreAt]);
    expect(Math.abs(Date.parse(changes.moreAt) - before - 3_600_000)).toBeLessThan(120_000);
    await stack.database.query(
      `UPDATE mood_rate_limits SET window_end = now() - interval '1 second' WHERE id IN (
      SELECT id FROM mood_rate_limits WHERE model_id = $1 ORDER BY window_end LIMIT 3)`,
      [model.id],
    );
    expect((await me(model.token)).changes).toMatchObject({ remaining: 3 });
    expect((await me(model.token)).changes).toMatchObject({ remaining: 3 });
  });

  test('of a hold, and of what others did, newest first, without the administrator and the reason', async () => {
    const model = await stack.createModel();
    const { expiresAt } = await setMood(model, { moodState: 'positive', expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect(typeof expiresAt).toBe('string');
    await endNow(model);
    await setMood(model, { moodState: 'negative' });
    const { heldUntil, lastUpdated } = await override(model, { moodState: 'positive', holdMinutes: 5, reasonCode: 'policy' });
    const own = await me(model.token);
    expect(own.heldUntil).toBe(heldUntil);
    expect(own.mood).toMatchObject({ moodState: 'positive', updatedBy: 'admin' });
    expect(own.notices).toEqual([
      {
        type: 'mood_overridden',
        at: lastUpdated,
        previousState: 'negative',
        newState: 'positive',
        holdEnded: false,
        text: expect.stringContaining('An administrator'),
      },
      {
        type: 'mood_expired',
        at: expect.any(String),
        previousState: 'positive',
        newState: 'neutral',
        holdEnded: false,
        text: expect.stringContaining('ended'),
      },
    ]);
    expect(JSON.stringify(own)).not.toContain('a complaint');
    await override(model, { moodState: 'positive', holdMinutes: 0 });
    const [notice] = (await me(model.token)).notices;
    expect((await me(model.token)).heldUntil).toBeNull();
    expect(notice).toMatchObject({
      holdEnded: true,
      text: 'An administrator has ended the hold: you can change your mood again. It was positive and still is.',
    });
  });

  test('a mood that has ended reads as neutral at once', async () => {
    const model = await stack.createModel();
    await setMood(model, { moodState: 'positive', expiresAt: new Date(Date.now() + 1_500).toISOString() });
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    expect((await me(model.token)).mood.moodState).toBe('neutral');
  });

  test('a token of a model that does not exist is told so', async () => {
    const { status, body } = await stack.api.get('/api/v1/mood/me', await stack.platform.token('model', randomUUID()));
    expect([status, body.error]).toEqual([404, 'MODEL_NOT_FOUND']);
  });
});

describe('who has which mood', () => {
  const list = async (query: string) => {
    const { status, body } = await stack.api.get(`/api/v1/admin/mood/models?${query}`, admin);
    expect([query, status, body]).toEqual([query, 200, expect.anything()]);
    return body;
  };
  const idsOf = (body: { models: { modelId: string }[] }) => body.models.map(({ modelId }) => modelId);
  let quiet: Model;
  let overridden: Model;
  let reset: Model;
  let ended: Model;
  let busy: Model;
  let ours: Model[];

  beforeAll(async () => {
    ours = await Promise.all(Array.from({ length: 5 }, () => stack.createModel()));
    const [first, second, third, fourth, fifth] = ours;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined || fifth === undefined)
      throw new Error('five');
    [quiet, overridden, reset, ended, busy] = [first, second, third, fourth, fifth];
    const soon = new Date(Date.now() + 60_000).toISOString();
    await setMood(quiet, { moodState: 'negative', customMessage: 'A quiet day' });
    await setMood(overridden, { moodState: 'positive' });
    await override(overridden, { moodState: 'negative', holdMinutes: 5 });
    await setMood(reset, { moodState: 'positive', expiresAt: soon });
    await endNow(reset);
    await stack.database.query(`SELECT expire_mood($1, 1)`, [reset.id]);
    await setMood(ended, { moodState: 'positive', expiresAt: soon });
    await endNow(ended);
    for (let change = 0; change < 50; change += 1) await setMood(busy, { moodState: 'positive' });
  });

  test('says it with who changed it last, what is left, and until when it is held', async () => {
    const found = async (model: Model) => (await list(`q=${model.id}`)).models;
    expect(await found(quiet)).toEqual([
      {
        ...(await stack.api.get(`/api/v1/mood/${quiet.id}`, admin)).body,
        changedBy: 'model',
        changes: { limit: 50, remaining: 49, moreAt: expect.any(String) },
        heldUntil: null,
      },
    ]);
    expect(await found(overridden)).toMatchObject([{ moodState: 'negative', changedBy: 'admin', heldUntil: expect.any(String) }]);
    expect(await found(reset)).toMatchObject([{ moodState: 'neutral', updatedBy: 'model', changedBy: 'system', expiresAt: null }]);
    expect(await found(ended)).toMatchObject([{ moodState: 'neutral', autoRespond: false, changedBy: 'system', expiresAt: null }]);
    expect(await found(busy)).toMatchObject([{ moodState: 'positive', changes: { remaining: 0 } }]);
  });

  test.each<[string, () => Model[]]>([
    ['moodState=negative', () => [quiet, overridden]],
    ['moodState=positive', () => [busy]],
    ['moodState=neutral', () => [reset, ended]],
    ['changedBy=model', () => [quiet, busy]],
    ['changedBy=admin', () => [overridden]],
    ['changedBy=system', () => [reset, ended]],
    ['changedBy=system&moodState=neutral', () => [reset, ended]],
    ['changedBy=system&moodState=positive', () => []],
    ['changedBy=admin&moodState=negative', () => [overridden]],
    ['atLimit=true', () => [busy]],
    ['atLimit=false', () => [quiet, overridden, reset, ended]],
    ['atLimit=true&moodState=negative', () => []],
    ['atLimit=true&changedBy=model&moodState=positive', () => [busy]],
  ])('filters by %s', async (query, expected) => {
    const found = new Set(idsOf(await list(`${query}&limit=100`)));
    expect(ours.filter(({ id }) => found.has(id)).map(({ id }) => id)).toEqual(expected().map(({ id }) => id));
  });

  test('finds ids by how they begin, whatever their case, at every length', async () => {
    for (let length = 1; length <= 36; length += 1) {
      const q = quiet.id.slice(0, length);
      expect([q, idsOf(await list(`q=${q.toUpperCase()}&limit=100`)).includes(quiet.id)]).toEqual([q, true]);
    }
    expect(idsOf(await list(`q=${randomUUID()}`))).toEqual([]);
    expect(idsOf(await list(`q=${quiet.id.slice(0, 20)}&moodState=positive`))).not.toContain(quiet.id);
  });

  test('in the order of the last change, page by page; none comes twice though moods change meanwhile', async () => {
    const all = await list('limit=100');
    const times = all.models.map(({ lastUpdated }: { lastUpdated: string }) => Date.parse(lastUpdated));
    expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
    for (const filter of ['', '&moodState=neutral', '&changedBy=model', '&atLimit=false']) {
      const expected = idsOf(await list(`limit=100${filter}`));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: any = await list(`limit=2${filter}${cursor === null ? '' : `&cursor=${cursor}`}`);
        seen.push(...idsOf(page));
        cursor = page.nextCursor;
        if (filter === '') await override(overridden, { moodState: 'negative' });
      } while (cursor !== null);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => id !== overridden.id)).toEqual(expected.filter((id) => id !== overridden.id));
    }
  });

  test.each([
    'moodState=angry',
    'changedBy=me',
    'atLimit=1',
    'atLimit=',
    'q=',
    'q=Nora',
    'q=0198-',
    'q=%25',
    `q=${randomUUID()}0`,
    'limit=0',
    'limit=101',
    'cursor=nonsense',
    'name=Nora',
  ])('is told what is wrong with ?%s', async (query) => {
    const { status, body } = await stack.api.get(`/api/v1/admin/mood/models?${query}`, admin);
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^INVALID_(REQUEST|MOOD_STATE)$/)]);
    expect(body.message).toMatch(/^\w+: |^Unrecognized key: "name"/);
  });
});
