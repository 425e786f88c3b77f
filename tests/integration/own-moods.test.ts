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

const post = (path: string, { token }: Model, json: object) => stack.api.post(`/api/v1/mood/${path}`, json, token);
const get = (path: string, { token }: Model) => stack.api.get(`/api/v1/mood/${path}`, token);

/** @returns the mood as it was set. */
async function setMood(model: Model, update: object) {
  const { status, body } = await post('update', model, { moodState: 'positive', ...update });
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
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
/** As if the mood had run for its time, and nobody had written the reset. */
const endNow = (model: Model) =>
  stack.database.query(`UPDATE model_mood_states SET expires_at = clock_timestamp() WHERE model_id = $1`, [model.id]);

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
    const { version } = await setMood(model, { expiresAt: '2999-01-01T00:00:00Z' });
    await endNow(model);
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
