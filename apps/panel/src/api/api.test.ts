import { afterEach, expect, test } from '@jest/globals';
import { get, post } from './api.ts';

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** An API that answers when it is told to. @returns how often it was asked. */
function holdAnswers() {
  const asked = { times: 0 };
  const { promise, resolve } = Promise.withResolvers<void>();
  globalThis.fetch = async () => {
    asked.times += 1;
    await promise;
    return Response.json({ times: asked.times });
  };
  return { asked, answer: resolve };
}

test('the same change is not sent again while it is under way; another one is, and the same one later', async () => {
  const { asked, answer } = holdAnswers();
  const twice = [post('/mood/update', { moodState: 'neutral' }), post('/mood/update', { moodState: 'neutral' })];
  const other = post('/mood/update', { moodState: 'positive' });
  answer();
  expect(await Promise.all(twice)).toEqual([{ times: 2 }, { times: 2 }]);
  await other;
  expect(asked.times).toBe(2);
  await post('/mood/update', { moodState: 'neutral' });
  expect(asked.times).toBe(3);
});

test('readings are sent as often as they are asked for: each can be given up by itself', async () => {
  const { asked, answer } = holdAnswers();
  const readings = [get('/mood/me'), get('/mood/me')];
  answer();
  await Promise.all(readings);
  expect(asked.times).toBe(2);
});
