import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const inOneHour = () => new Date(Date.now() + 3_600_000);

test.each(['APPLICATION/JSON', 'Application/Json; Charset=UTF-8', 'application/JSON ;charset="UTF-8"', 'application/merge-patch+JSON'])(
  'a body of the type %s is JSON, however it is written',
  async (type) => {
    const { id, token } = await stack.createModel();
    const { status } = await fetch(`${stack.api.url}/api/v1/mood/update`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: JSON.stringify({ moodState: 'positive' }),
    });
    expect([status, (await stack.api.get(`/api/v1/mood/${id}`, token)).body.moodState]).toEqual([200, 'positive']);
  },
);

test('a model may name itself in the body of an update, in any spelling of its id', async () => {
  const model = await stack.createModel();
  for (const modelId of [model.id, model.id.toUpperCase(), null]) {
    const { status, body } = await stack.api.post('/api/v1/mood/update', { modelId, moodState: 'positive' }, model.token);
    expect([status, body.modelId, body.moodState]).toEqual([200, model.id, 'positive']);
  }
});

describe('a model that never set a mood', () => {
  test('is neutral, with every setting at its default', async () => {
    const [modelId] = await stack.platform.createPerformers();
    const { status, body } = await stack.api.get(`/api/v1/mood/${modelId}`, await stack.platform.token('user'));
    expect(status).toBe(200);
    expect(body).toEqual({
      modelId,
      moodState: 'neutral',
      customMessage: null,
      autoRespond: false,
      responseDelay: 0,
      expiresAt: null,
      lastUpdated: expect.any(String),
      updatedBy: 'model',
    });
  });

  test('keeps the time at which it became known', async () => {
    const [modelId] = await stack.platform.createPerformers();
    const token = await stack.platform.token('user');
    const first = await stack.api.get(`/api/v1/mood/${modelId}`, token);
    const second = await stack.api.get(`/api/v1/mood/${modelId}`, token);
    expect(second.body).toEqual(first.body);
  });

  test('does not exist when the Performer Service does not know it', async () => {
    const { status, body } = await stack.api.get('/api/v1/mood/0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', await stack.platform.token('user'));
    expect(status).toBe(404);
    expect(body.error).toBe('MODEL_NOT_FOUND');
  });

  test('is named by a UUID, in upper or lower case', async () => {
    const [modelId = ''] = await stack.platform.createPerformers();
    const token = await stack.platform.token('user');
    expect((await stack.api.get(`/api/v1/mood/${modelId.toUpperCase()}`, token)).body.modelId).toBe(modelId);
    const { status, body } = await stack.api.get('/api/v1/mood/sophia', token);
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('an update', () => {
  let model: Model;
  beforeAll(async () => {
    model = await stack.createModel();
  });

  test('answers with the new mood, which everybody then reads', async () => {
    const expiresAt = inOneHour();
    const before = Date.now();
    const update = {
      moodState: 'positive',
      customMessage: 'Feeling great today!',
      autoRespond: true,
      responseDelay: 30,
      expiresAt: expiresAt.toISOString(),
    };
    const answer = await stack.api.post('/api/v1/mood/update', update, model.token);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ modelId: model.id, ...update, lastUpdated: expect.any(String), updatedBy: 'model' });
    const lastUpdated = Date.parse(answer.body.lastUpdated);
    expect(lastUpdated).toBeGreaterThanOrEqual(before - 1_000);
    expect(lastUpdated).toBeLessThanOrEqual(Date.now() + 1_000);
    for (const role of ['user', 'model', 'admin', 'service']) {
      const read = await stack.api.get(`/api/v1/mood/${model.id}`, await stack.platform.token(role));
      expect([read.status, read.body]).toEqual([200, answer.body]);
    }
  });

  test('replaces the whole state: what is left out takes its default', async () => {
    await stack.api.post(
      '/api/v1/mood/update',
      { moodState: 'negative', customMessage: 'Back soon', autoRespond: true, responseDelay: 5 },
      model.token,
    );
    const { body } = await stack.api.post('/api/v1/mood/update', { moodState: 'negative' }, model.token);
    expect(body).toMatchObject({ customMessage: null, autoRespond: false, responseDelay: 0, expiresAt: null });
  });

  test('takes a time with any zone and answers in UTC', async () => {
    const { body } = await stack.api.post(
      '/api/v1/mood/update',
      { moodState: 'positive', expiresAt: '2199-06-01T12:00:00+02:00' },
      model.token,
    );
    expect(body.expiresAt).toBe('2199-06-01T10:00:00.000Z');
  });

  test.each([
    ['moodState', 'happy', 'INVALID_MOOD_STATE'],
    ['moodState', null, 'INVALID_MOOD_STATE'],
    ['customMessage', 7, 'INVALID_CUSTOM_MESSAGE'],
    ['customMessage', 'x'.repeat(201), 'INVALID_CUSTOM_MESSAGE'],
    ['customMessage', 'write to me@example.com', 'INVALID_CUSTOM_MESSAGE'],
    ['customMessage', 'call +1 212 555 2368', 'INVALID_CUSTOM_MESSAGE'],
    ['customMessage', 'see https://example.com', 'INVALID_CUSTOM_MESSAGE'],
    ['responseDelay', -1, 'INVALID_RESPONSE_DELAY'],
    ['responseDelay', 301, 'INVALID_RESPONSE_DELAY'],
    ['responseDelay', 1.5, 'INVALID_RESPONSE_DELAY'],
    ['responseDelay', '30', 'INVALID_RESPONSE_DELAY'],
    ['expiresAt', 'tomorrow', 'INVALID_EXPIRES_AT'],
    ['expiresAt', '2199-06-01T12:00:00', 'INVALID_EXPIRES_AT'],
    ['expiresAt', '2020-01-01T00:00:00Z', 'INVALID_EXPIRES_AT'],
    ['autoRespond', 'yes', 'INVALID_REQUEST'],
    ['mood', 'positive', 'INVALID_REQUEST'],
    ['modelId', 'somebody else', 'INVALID_REQUEST'],
  ])('with %s = %j is refused with a code of its own, and changes nothing', async (field, value, code) => {
    const before = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
    const { status, body } = await stack.api.post('/api/v1/mood/update', { moodState: 'positive', [field]: value }, model.token);
    expect([status, body.error]).toEqual([400, code]);
    expect(body.message.length).toBeGreaterThan(10);
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body).toEqual(before.body);
  });

  test('with a message of 200 emoji passes', async () => {
    const customMessage = '💖'.repeat(200);
    const { status, body } = await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage }, model.token);
    expect([status, body.customMessage]).toEqual([200, customMessage]);
  });

  test('tells in its headers what is left of the hour', async () => {
    const fresh = await stack.createModel();
    const { headers } = await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, fresh.token);
    expect(headers.get('ratelimit-policy')).toBe('"mood-changes";q=50;w=3600');
    expect(headers.get('ratelimit')).toMatch(/^"mood-changes";r=49;t=(3600|3599)$/);
  });
});

describe('the terms', () => {
  test('have to be accepted before the first mood', async () => {
    const [modelId = ''] = await stack.platform.createPerformers();
    const token = await stack.platform.token('model', modelId);
    const refused = await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, token);
    expect([refused.status, refused.body.error]).toEqual([403, 'TERMS_NOT_ACCEPTED']);

    const terms = await stack.api.get('/api/v1/mood/terms', token);
    expect(terms.body).toMatchObject({ version: expect.any(String), text: expect.any(String), acceptedAt: null });
    const accepted = await stack.api.post('/api/v1/mood/terms', { accept: true, version: terms.body.version }, token);
    expect(accepted.status).toBe(200);
    const again = await stack.api.post('/api/v1/mood/terms', { accept: true, version: terms.body.version }, token);
    expect(again.body).toEqual(accepted.body);
    expect((await stack.api.get('/api/v1/mood/terms', token)).body.acceptedAt).toBe(accepted.body.acceptedAt);
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, token)).status).toBe(200);
  });

  test.each<[string, (version: string) => unknown]>([
    ['nothing', () => ({})],
    ['consent alone', () => ({ accept: true })],
    ['the version alone', (version) => ({ version })],
    ['no consent', (version) => ({ accept: false, version })],
    ['consent as null', (version) => ({ accept: null, version })],
    ['consent as text', (version) => ({ accept: 'true', version })],
    ['consent as a number', (version) => ({ accept: 1, version })],
    ['the version as null', () => ({ accept: true, version: null })],
    ['an empty version', () => ({ accept: true, version: '' })],
    ['a version with a blank', (version) => ({ accept: true, version: `${version} ` })],
    ['several versions', (version) => ({ accept: true, version: [version] })],
    ['a list', (version) => [{ accept: true, version }]],
    ['more than was asked for', (version) => ({ accept: true, version, modelId: crypto.randomUUID() })],
  ])('are not accepted by %s', async (_what, bodyOf) => {
    const [modelId = ''] = await stack.platform.createPerformers();
    const token = await stack.platform.token('model', modelId);
    const { version } = (await stack.api.get('/api/v1/mood/terms', token)).body;
    const { status, body } = await stack.api.post('/api/v1/mood/terms', bodyOf(version), token);
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
    expect((await stack.api.get('/api/v1/mood/terms', token)).body.acceptedAt).toBeNull();
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, token)).body.error).toBe('TERMS_NOT_ACCEPTED');
  });

  test('are accepted by models only, and only in their current version', async () => {
    const model = await stack.createModel();
    const old = await stack.api.post('/api/v1/mood/terms', { accept: true, version: '1999-01' }, model.token);
    expect([old.status, old.body.error]).toEqual([400, 'INVALID_REQUEST']);
    const user = await stack.api.post('/api/v1/mood/terms', {}, await stack.platform.token('user'));
    expect([user.status, user.body.error]).toEqual([403, 'UNAUTHORIZED']);
  });
});

describe('a page of models', () => {
  test('comes in one request, in the order asked for, with those who never set a mood', async () => {
    const models = await Promise.all([stack.createModel(), stack.createModel()]);
    await stack.api.post('/api/v1/mood/update', { moodState: 'negative' }, models[1]?.token);
    const strangers = await stack.platform.createPerformers(97);
    const nobody = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e';
    const ids = [...strangers, nobody, ...models.map((model) => model.id)];
    const { status, body } = await stack.api.get(`/api/v1/moods?modelIds=${ids.join(',')}`, await stack.platform.token('user'));
    expect(status).toBe(200);
    expect(body.moods.map((mood: { modelId: string }) => mood.modelId)).toEqual(ids.filter((id) => id !== nobody));
    expect(body.moods.at(-1)).toMatchObject({ moodState: 'negative' });
    expect(body.notFound).toEqual([nobody]);
  });

  test('has at most 100 models', async () => {
    const ids = Array.from({ length: 101 }, () => crypto.randomUUID());
    const { status, body } = await stack.api.get(`/api/v1/moods?modelIds=${ids.join(',')}`, await stack.platform.token('user'));
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('the history', () => {
  test('lists transitions newest first, page by page', async () => {
    const model = await stack.createModel();
    const states = ['positive', 'negative', 'neutral', 'positive', 'negative'];
    for (const moodState of states)
      await stack.api.post('/api/v1/mood/update', { moodState, customMessage: `now ${moodState}` }, model.token);
    const page = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=2&offset=1`, model.token);
    expect(page.status).toBe(200);
    expect(page.body).toEqual({
      history: [
        {
          moodState: 'positive',
          previousState: 'neutral',
          changedBy: 'model',
          changedAt: expect.any(String),
          recordedAt: expect.any(String),
          heldUntil: null,
          holdEndedAt: null,
          customMessage: 'now positive',
        },
        {
          moodState: 'neutral',
          previousState: 'negative',
          changedBy: 'model',
          changedAt: expect.any(String),
          recordedAt: expect.any(String),
          heldUntil: null,
          holdEndedAt: null,
          customMessage: 'now neutral',
        },
      ],
      total: 5,
      limit: 2,
      offset: 1,
      next: expect.any(String),
    });
    const all = await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token);
    expect(all.body.history.map((entry: { moodState: string }) => entry.moodState)).toEqual(states.toReversed());
    expect(all.body.history.at(-1).previousState).toBe('neutral');
    expect([all.body.limit, all.body.offset]).toEqual([20, 0]);
    const beyond = await stack.api.get(`/api/v1/mood/${model.id}/history?offset=100`, model.token);
    expect([beyond.body.history, beyond.body.total]).toEqual([[], 5]);
  });

  test('shows past messages to the model and to recorded auditors, not to others', async () => {
    const model = await stack.createModel();
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: 'mine' }, model.token);
    const seenBy = async (token: string) => (await stack.api.get(`/api/v1/mood/${model.id}/history`, token)).body.history[0].customMessage;
    const accesses = () =>
      stack.database.query(`SELECT kind, admin_user_id, filter FROM mood_audit_accesses WHERE filter->>'modelId' = $1`, [model.id]);
    const everyScopeButOne =
      'mood:override templates:write queues:write analytics:read flags:write experiments:write mood:render auto-replies:write';
    expect(await seenBy(model.token)).toBe('mine');
    for (const token of [
      (await stack.createModel()).token,
      await stack.platform.token('model', (await stack.createModel()).id, { scope: 'audit:read' }),
      await stack.platform.token('user'),
      await stack.platform.token('user', model.id, { scope: 'audit:read' }),
      await stack.platform.token('service'),
      await stack.platform.token('service', undefined, { scope: 'audit:read' }),
      await stack.platform.token('service', model.id, { scope: 'mood:render auto-replies:write' }),
      await stack.platform.token('admin', model.id, { scope: 'openid' }),
      await stack.platform.token('admin', undefined, { scope: everyScopeButOne }),
      await stack.platform.token('admin', undefined, { scope: 'AUDIT:READ' }),
    ])
      expect(await seenBy(token)).toBeNull();
    expect(await accesses()).toEqual([]);

    const adminId = crypto.randomUUID();
    expect(await seenBy(await stack.platform.token('admin', adminId, { scope: 'audit:read' }))).toBe('mine');
    expect(await accesses()).toEqual([{ kind: 'read', admin_user_id: adminId, filter: { modelId: model.id } }]);
  });

  test('is empty for a model without moods, and 404 for nobody', async () => {
    const [modelId] = await stack.platform.createPerformers();
    const token = await stack.platform.token('user');
    expect((await stack.api.get(`/api/v1/mood/${modelId}/history`, token)).body).toEqual({
      history: [],
      total: 0,
      limit: 20,
      offset: 0,
      next: null,
    });
    const nobody = await stack.api.get('/api/v1/mood/0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2f/history', token);
    expect([nobody.status, nobody.body.error]).toEqual([404, 'MODEL_NOT_FOUND']);
  });

  test.each(['limit=0', 'limit=101', 'limit=ten', 'offset=-1', 'page=2'])('refuses %s', async (query) => {
    const [modelId] = await stack.platform.createPerformers();
    const { status, body } = await stack.api.get(`/api/v1/mood/${modelId}/history?${query}`, await stack.platform.token('user'));
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
  });
});
