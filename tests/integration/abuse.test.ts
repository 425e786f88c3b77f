import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { REFUSED_WRITES_PER_MINUTE_PER_PRINCIPAL: '3' } });
});
afterAll(() => stack.stop());

const update = '/api/v1/mood/update';

describe('what is refused is counted for analytics', () => {
  test('by model, reason and route, and stands in the table some seconds later', async () => {
    const model = await stack.createModel();
    const user = await stack.platform.token('user');
    const link = { moodState: 'positive', customMessage: 'see www.example.com' };
    const answers = [
      await stack.api.post(update, link, model.token),
      await stack.api.post(update, link, model.token),
      // Too long, and nothing that the content policy forbids.
      await stack.api.post(update, { moodState: 'positive', customMessage: 'x'.repeat(201) }, model.token),
      await stack.api.post(update, link, model.token),
      await stack.api.post(update, link, user),
      await stack.api.post(update, link),
      await stack.api.call('GET', '/api/v1/mood/terms', { headers: { authorization: 'Basic x' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 429, 403, 401, 401]);
    const counts = await eventually(
      () => stack.database.query('SELECT metric, group_key, model_id, n::int AS n FROM analytics_counts ORDER BY metric, group_key'),
      (rows) => rows.length >= 5,
    );
    expect(counts).toEqual([
      { metric: 'auth_failures', group_key: 'malformed', model_id: null, n: 1 },
      { metric: 'auth_failures', group_key: 'missing', model_id: null, n: 1 },
      { metric: 'content_refusals', group_key: 'url', model_id: model.id, n: 2 },
      { metric: 'forbidden', group_key: `POST ${update}`, model_id: null, n: 1 },
      { metric: 'limit_hits', group_key: 'refused_requests', model_id: model.id, n: 1 },
    ]);
  });
});

describe('feedback', () => {
  const give = (token: string, json: object) => stack.api.post('/api/v1/mood/feedback', json, token);

  test('is given by users and models, once a day about each thing; a second one of the day replaces the first', async () => {
    const { token } = await stack.createModel();
    const user = await stack.platform.token('user');
    expect(await give(user, { score: 2, about: 'reply' })).toMatchObject({
      status: 200,
      body: { score: 2, about: 'reply', replaced: false },
    });
    expect(await give(user, { score: 5, about: 'reply' })).toMatchObject({
      status: 200,
      body: { score: 5, about: 'reply', replaced: true },
    });
    expect(await give(token, { score: 1, about: 'feature' })).toMatchObject({ status: 200, body: { score: 1, replaced: false } });
    const scores = await stack.database.query('SELECT role, about, score FROM mood_feedback ORDER BY role');
    expect(scores).toEqual([
      { role: 'model', about: 'feature', score: 1 },
      { role: 'user', about: 'reply', score: 5 },
    ]);
  });

  test.each([
    { score: 0, about: 'mood' },
    { score: 6, about: 'mood' },
    { score: 4.5, about: 'mood' },
    { score: 3, about: 'weather' },
    { score: 3 },
  ])('%j is refused in words', async (body) => {
    const { status, body: answer } = await give(await stack.platform.token('user', randomUUID()), body);
    expect([status, answer.error]).toEqual([400, 'INVALID_REQUEST']);
    expect(answer.message).toMatch(/^(score|about): expected /);
  });

  test('is not for administrators and services', async () => {
    for (const role of ['admin', 'service']) {
      const { status, body } = await give(await stack.platform.token(role), { score: 3, about: 'mood' });
      expect([status, body.message]).toEqual([403, 'Only users and models can give feedback.']);
    }
  });
});
