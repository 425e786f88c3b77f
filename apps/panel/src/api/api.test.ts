import { afterEach, expect, test } from '@jest/globals';
import { call, get, post } from './api.ts';

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

test.each([
  ['GET', 'OFFLINE', 'The mood system does not answer.'],
  ['POST', 'SYSTEM_ERROR', expect.stringContaining('nobody knows whether it was done')],
])('%s of an API that hangs is given up, and what is not known is said', async (method, code, message) => {
  globalThis.fetch = (_url, options) =>
    new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
  await expect(call(method, '/mood/update', { patienceMs: 20 })).rejects.toMatchObject({ status: 0, code, message, mayPass: true });
});

test('whoever gives a question up gets no error of ours', async () => {
  globalThis.fetch = (_url, options) =>
    new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)));
  const leaving = new AbortController();
  const asked = get('/mood/me', {}, leaving.signal);
  leaving.abort(new Error('left'));
  await expect(asked).rejects.toThrow('left');
});

test('readings are sent as often as they are asked for: each can be given up by itself', async () => {
  const { asked, answer } = holdAnswers();
  const readings = [get('/mood/me'), get('/mood/me')];
  answer();
  await Promise.all(readings);
  expect(asked.times).toBe(2);
});
