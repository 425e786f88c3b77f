import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let admin: string;

beforeAll(async () => {
  stack = await startStack();
  admin = await stack.platform.token('admin');
});
afterAll(() => stack.stop());

const post = (path: string, { token }: Model, json: object) => stack.api.post(`/api/v1/mood/${path}`, json, token);
const get = (path: string, { token }: Model) => stack.api.get(`/api/v1/mood/${path}`, token);

/** @returns the mood as it was set. */
async function setMood(model: Model, update: object) {
  const { status, body, headers } = await post('update', model, { moodState: 'positive', ...update });
  expect([status, body]).toEqual([200, expect.anything()]);
  return { ...body, version: Number(headers.get('mood-version')) };
}

async function override(model: Model, update: object): Promise<void> {
  const path = `/api/v1/admin/mood/${model.id}/update`;
  const { status, body } = await stack.api.post(path, { moodState: 'negative', reason: 'a complaint', ...update }, admin);
  expect([status, body]).toEqual([200, expect.anything()]);
}

/** What a change that is refused may not touch. */
const standing = async (model: Model) => {
  const { mood, changes } = (await get('me', model)).body;
  return [mood, changes.remaining, (await get(`${model.id}/history`, model)).body.total];
};
/** A mood that has run for its time. Nobody writes the reset: there is no worker. */
async function setEndedMood(model: Model, update: object) {
  const mood = await setMood(model, { ...update, expiresAt: new Date(Date.now() + 1_000).toISOString() });
  await until(async () => (await get('me', model)).body.mood.moodState === 'neutral');
  return mood;
}

const isStale = { status: 409, body: { error: 'VERSION_CONFLICT', message: expect.stringMatching(/^Your mood has version \d+, not \d+/) } };

describe('an update with an expected version', () => {
  test('undoes what was done, as long as nobody else has changed the mood', async () => {
    const model = await stack.createModel();
    const first = await setMood(model, { customMessage: 'Before', expectedVersion: 0 });
    const second = await setMood(model, { customMessage: 'After', expectedVersion: first.version });
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(await setMood(model, { customMessage: 'Before', expectedVersion: 2 })).toMatchObject({ customMessage: 'Before', version: 3 });
    await override(model, {});
    const before = await standing(model);
    expect(await post('update', model, { moodState: 'positive', expectedVersion: 3 })).toMatchObject(isStale);
    expect(await standing(model)).toEqual(before);
  });

  test('lets one of many through that saw the same mood', async () => {
    const model = await stack.createModel();
    const { version } = await setMood(model, {});
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        post('update', model, { moodState: 'negative', customMessage: `Try ${n}`, expectedVersion: version }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 11 }, () => 409)]);
    const won = answers.find(({ status }) => status === 200);
    expect((await get('me', model)).body).toMatchObject({ mood: won?.body, changes: { remaining: 48 } });
  });

  test('counts the end of a mood as a change, whether or not its reset is written', async () => {
    const model = await stack.createModel();
    const { version } = await setEndedMood(model, {});
    expect((await get('me', model)).body.mood).toMatchObject({ moodState: 'neutral', version: version + 1 });
    expect(await post('update', model, { moodState: 'positive', expectedVersion: version })).toMatchObject(isStale);
    expect((await get('me', model)).body.mood).toMatchObject({ moodState: 'neutral', version: version + 1 });
    expect(await setMood(model, { expectedVersion: version + 1 })).toMatchObject({ version: version + 2 });
  });

  test.each([-1, 1.5, '1', true, 2 ** 31])('is refused with %j for a version', async (expectedVersion) => {
    const model = await stack.createModel();
    const { status, body } = await post('update', model, { moodState: 'positive', expectedVersion });
    expect([status, body.error, body.message]).toEqual([
      400,
      'INVALID_REQUEST',
      expect.stringMatching(/^expectedVersion: expected the version/),
    ]);
  });
});

const later = '2999-06-01T00:00:00.000Z';

describe('an extension', () => {
  test('puts off the end and leaves the rest; it counts as a change and stands in the history', async () => {
    const model = await stack.createModel();
    const mood = { customMessage: 'I <3 you & me', autoRespond: true, responseDelay: 7, expiresAt: '2999-01-01T00:00:00.000Z' };
    const set = await setMood(model, mood);
    const { status, body, headers } = await post('extend', model, { expiresAt: '2999-06-01T02:00:00+02:00' });
    expect([status, body]).toEqual([200, { ...set, expiresAt: later, version: 2, lastUpdated: expect.any(String) }]);
    expect(headers.get('ratelimit')).toMatch(/r=48;/);
    expect((await get('me', model)).body).toMatchObject({ mood: body, changes: { remaining: 48 } });
    const { history, total } = (await get(`${model.id}/history`, model)).body;
    expect([total, history[0]]).toEqual([2, expect.objectContaining({ changedBy: 'model', customMessage: 'I <3 you & me' })]);
    const promised = await stack.database.query(`SELECT due_at, payload FROM outbox WHERE kind = 'mood-expiry' AND model_id = $1`, [
      model.id,
    ]);
    expect(promised).toEqual([{ due_at: new Date(later), payload: { version: 2 } }]);
  });

  test.each([
    ['2999-01-01T00:00:00Z', /^expiresAt has to be later than the present end, 2999-01-01T00:00:00\.000Z\.$/],
    ['2998-01-01T00:00:00Z', /^expiresAt has to be later than the present end/],
    ['2020-01-01T00:00:00Z', /^expiresAt has to be later than the present end/],
    [null, /^expiresAt: expected an ISO 8601 time/],
    [undefined, /^expiresAt: expected an ISO 8601 time/],
    ['tomorrow', /^expiresAt: expected an ISO 8601 time/],
  ])('to %j is refused, and nothing is changed', async (expiresAt, message) => {
    const model = await stack.createModel();
    await setMood(model, { expiresAt: '2999-01-01T00:00:00Z' });
    const before = await standing(model);
    const { status, body } = await post('extend', model, { expiresAt });
    expect([status, body]).toEqual([400, { error: 'INVALID_EXPIRES_AT', message: expect.stringMatching(message) }]);
    expect(await standing(model)).toEqual(before);
  });

  test('does not revive a mood that has ended, with its version or without', async () => {
    const model = await stack.createModel();
    const { version } = await setEndedMood(model, { customMessage: 'Over' });
    expect((await post('extend', model, { expiresAt: later })).status).toBe(409);
    expect(await post('extend', model, { expiresAt: later, expectedVersion: version })).toMatchObject(isStale);
    expect((await get('me', model)).body).toMatchObject({
      mood: { moodState: 'neutral', customMessage: null },
      changes: { remaining: 49 },
    });
  });

  test('of a mood without an end is refused', async () => {
    const model = await stack.createModel();
    expect((await post('extend', model, { expiresAt: later })).body.error).toBe('VERSION_CONFLICT');
    await setMood(model, {});
    expect(await post('extend', model, { expiresAt: later })).toMatchObject({ status: 409, body: { error: 'VERSION_CONFLICT' } });
  });

  test('keeps to a hold, to the limit and to the terms', async () => {
    const model = await stack.createModel();
    await override(model, { expiresAt: '2999-01-01T00:00:00Z', holdMinutes: 60 });
    const held = await post('extend', model, { expiresAt: later });
    expect(held).toMatchObject({ status: 409, body: { error: 'MOOD_HELD', heldUntil: expect.any(String) } });

    await override(model, { expiresAt: '2999-01-01T00:00:00Z' });
    await stack.database.query(
      `INSERT INTO mood_rate_limits (model_id, window_end, change_count) VALUES ($1, now() + interval '30 minutes', 50)`,
      [model.id],
    );
    const limited = await post('extend', model, { expiresAt: later });
    expect(limited).toMatchObject({ status: 429, body: { error: 'RATE_LIMIT_EXCEEDED', resetTime: expect.any(String) } });
    expect(limited.headers.get('ratelimit')).toMatch(/r=0;/);

    const [id = ''] = await stack.platform.createPerformers();
    const stranger = { id, token: await stack.platform.token('model', id) };
    await override(stranger, { expiresAt: '2999-01-01T00:00:00Z' });
    expect((await post('extend', stranger, { expiresAt: later })).body.error).toBe('TERMS_NOT_ACCEPTED');
  });

  test('that comes with others is made of what is there then: all of them count, and the last end is the latest', async () => {
    const model = await stack.createModel();
    await setMood(model, { expiresAt: '2999-01-01T00:00:00Z' });
    const ends = Array.from({ length: 8 }, (_, n) => `2999-0${n + 2}-01T00:00:00.000Z`);
    const answers = await Promise.all(ends.map((expiresAt) => post('extend', model, { expiresAt })));
    for (const { status } of answers) expect([200, 400, 409]).toContain(status);
    const made = answers.filter(({ status }) => status === 200).map(({ body }) => [body.version, body.expiresAt]);
    const inOrder = made.toSorted(([a], [b]) => a - b);
    const times = inOrder.map(([, end]) => Date.parse(end));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((await get('me', model)).body).toMatchObject({
      mood: { expiresAt: inOrder.at(-1)?.[1] },
      changes: { remaining: 49 - made.length },
    });
  });
});

describe('the recent moods', () => {
  const recent = async (model: Model) => {
    const { status, body } = await get('recent', model);
    expect([status, body]).toEqual([200, { moods: expect.any(Array) }]);
    return body.moods;
  };

  test('of a model that has set none are none', async () => {
    expect(await recent(await stack.createModel())).toEqual([]);
  });

  test('are up to six that differ, as the model set them, the last one first', async () => {
    const model = await stack.createModel();
    for (const customMessage of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'c'])
      await setMood(model, { customMessage, autoRespond: true, responseDelay: 5 });
    const last = await setMood(model, { customMessage: 'c' });
    await override(model, { customMessage: 'By an administrator' });
    const moods = await recent(model);
    expect(moods.map(({ customMessage }: { customMessage: string }) => customMessage)).toEqual(['c', 'c', 'g', 'f', 'e', 'd']);
    expect(moods[0]).toEqual({
      moodState: 'positive',
      customMessage: 'c',
      autoRespond: false,
      responseDelay: 0,
      lastUsedAt: last.lastUpdated,
    });
    expect(moods[1]).toMatchObject({ autoRespond: true, responseDelay: 5 });
  });

  test('are the model’s own', async () => {
    const [model, other] = [await stack.createModel(), await stack.createModel()];
    await setMood(model, { customMessage: 'Mine' });
    expect(await recent(other)).toEqual([]);
  });

  test('lack those whose message was erased', async () => {
    const model = await stack.createModel();
    await setMood(model, { customMessage: 'Erased' });
    await setMood(model, {});
    await stack.database.query('UPDATE audit_data_keys SET wrapped_key = NULL, destroyed_at = now() WHERE model_id = $1', [model.id]);
    await setMood(model, { customMessage: 'After' });
    expect((await recent(model)).map(({ customMessage }: { customMessage: string | null }) => customMessage)).toEqual(['After', null]);
  });
});

describe('the replies of a model', () => {
  const messageService = () => stack.platform.token('service', undefined, { scope: 'auto-replies:write' });

  test('are its own: to whom, when, and why not', async () => {
    const [model, other] = [await stack.createModel(), await stack.createModel()];
    await setMood(model, { autoRespond: true, responseDelay: 300 });
    const [userId = ''] = await stack.platform.createUsers(1, 'gold');
    const token = await messageService();
    const stranger = crypto.randomUUID();
    for (const [conversationId, from] of [
      ['known', userId],
      ['stranger', stranger],
    ]) {
      const message = {
        messageId: 'm',
        conversationId,
        modelId: model.id,
        userId: from,
        receivedAt: new Date(),
        senderType: 'user',
        automated: false,
      };
      expect((await stack.api.post('/api/v1/auto-replies', message, token)).body.status).toBe('scheduled');
    }
    const answered = { conversationId: 'known', modelId: model.id, answeredAt: new Date() };
    await stack.api.post('/api/v1/auto-replies/answered', answered, token);

    const { body } = await get('replies', model);
    const waiting = {
      sentAt: null,
      text: null,
      template: null,
      wroteAgain: null,
      receivedAt: expect.any(String),
      dueAt: expect.any(String),
    };
    expect(body).toEqual({
      replies: [
        {
          ...waiting,
          id: expect.any(String),
          conversationId: 'stranger',
          userId: stranger,
          userName: null,
          status: 'scheduled',
          reason: null,
        },
        {
          ...waiting,
          id: expect.any(String),
          conversationId: 'known',
          userId,
          userName: expect.any(String),
          status: 'cancelled',
          reason: 'answered',
        },
      ],
      nextCursor: null,
    });
    expect((await get('replies', other)).body).toEqual({ replies: [], nextCursor: null });
    const first = (await get('replies?limit=1', model)).body;
    expect((await get(`replies?limit=1&cursor=${first.nextCursor}`, model)).body).toEqual({ replies: [body.replies[1]], nextCursor: null });
  });

  test.each(['limit=0', 'limit=101', 'cursor=nonsense', 'page=2'])('are not told for ?%s', async (query) => {
    const { status, body } = await get(`replies?${query}`, await stack.createModel());
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('one model, as administrators see it', () => {
  const details = (id: string) => stack.api.get(`/api/v1/admin/mood/models/${id}`, admin);

  test('has its mood, what is left of its changes, a hold, and what was done, by whom', async () => {
    const model = await stack.createModel();
    await setMood(model, { customMessage: 'Private' });
    await override(model, { holdMinutes: 30 });
    await stack.database.query(
      `INSERT INTO abuse_alerts (model_id, rule, threshold, count, peak, opened_at, last_seen_at) VALUES ($1, 'changes', 1, 1, 1, now(), now())`,
      [model.id],
    );
    const { status, body } = await details(model.id);
    const { mood, changes, heldUntil, terms, notices } = (await get('me', model)).body;
    expect([status, body]).toMatchObject([200, { mood, changes, heldUntil, terms, notices, displayName: expect.any(String) }]);
    expect(body.mood.version).toBe(2);
    expect(body.alerts).toMatchObject([{ modelId: model.id, rule: 'changes', status: 'open' }]);
    const { entries } = (await stack.api.get(`/api/v1/admin/mood/audit?modelId=${model.id}`, admin)).body;
    expect(body.transitions).toMatchObject(
      entries.map(
        ({ id, version, previousState, newState, changedBy, adminUserId, heldUntil, holdEndedAt, createdAt }: Record<string, unknown>) => ({
          id,
          version,
          previousState,
          newState,
          changedBy,
          adminUserId,
          heldUntil,
          holdEndedAt,
          recordedAt: createdAt,
        }),
      ),
    );
    expect([body.transitions.length, JSON.stringify(body).includes('Private')]).toEqual([2, false]);
  });

  test('who has never set a mood has none of that; an id of nobody is not found', async () => {
    const [id = ''] = await stack.platform.createPerformers();
    expect((await details(id)).body).toMatchObject({
      mood: { moodState: 'neutral', version: 0 },
      transitions: [],
      notices: [],
      alerts: [],
    });
    expect(await details(crypto.randomUUID())).toMatchObject({ status: 404, body: { error: 'MODEL_NOT_FOUND' } });
    expect(await details('sophia')).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } });
  });
});

test('the coverage of templates is that of a new system: each message has one', async () => {
  const { status, body } = await stack.api.get('/api/v1/admin/mood/templates/coverage', admin);
  expect([status, body.cells.length]).toEqual([200, 72]);
  const { total } = (await stack.api.get('/api/v1/admin/mood/templates?active=true', admin)).body;
  expect(body.cells.reduce((sum: number, { active }: { active: number }) => sum + active, 0)).toBe(total);
});
