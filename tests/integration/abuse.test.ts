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
