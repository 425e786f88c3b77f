import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let stack: Stack;
let adminId: string;
let admin: string;
beforeAll(async () => {
  stack = await startStack();
  adminId = randomUUID();
  admin = await stack.platform.token('admin', adminId, { scope: 'flags:write mood:override' });
});
afterAll(() => stack?.stop());

const flagsPath = '/api/v1/admin/mood/flags';
const set = (key: string, body: object, token = admin) =>
  stack.api.call('PUT', `${flagsPath}/${key}`, { json: { reason: 'A test.', ...body }, token });
const read = async (key: string) => (await stack.api.get(flagsPath, admin)).body.flags.find((flag: { key: string }) => flag.key === key);
const switchOff = async (key: string) => expect((await set(key, { percentage: 0 })).status).toBe(200);

afterEach(async () => {
  for (const key of ['moods.updates', 'custom-messages.show', 'templates.experiments']) await set(key, { percentage: 100 });
});

describe('the flags', () => {
  test('are listed with what they switch, who answers for them, and how they are set', async () => {
    const { status, body } = await stack.api.get(flagsPath, admin);
    expect(status).toBe(200);
    expect(body.flags.map((flag: { key: string }) => flag.key)).toEqual(expect.arrayContaining(['moods.updates', 'panel.queues']));
    expect(await read('panel.queues')).toEqual({
      key: 'panel.queues',
      description: expect.stringContaining('queues'),
      default: true,
      owner: 'panel',
      endsOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      state: 'on',
      percentage: 100,
      ids: [],
      roles: [],
      version: 0,
      changedBy: null,
      reason: null,
      changedAt: null,
    });
  });

  test('are set as a whole, and every change is told with who, when, why, before and after', async () => {
    const ids = [randomUUID()];
    const first = await set('panel.audit', { percentage: 10, ids, roles: ['admin'], reason: 'For some first.', expectedVersion: 0 });
    const partial = { state: 'partial', percentage: 10, ids, roles: ['admin'], version: 1, changedBy: adminId, reason: 'For some first.' };
    expect([first.status, first.body]).toMatchObject([200, partial]);
    expect(await read('panel.audit')).toEqual(first.body);
    expect((await set('panel.audit', { percentage: 0 })).body).toMatchObject({ state: 'off', ids: [], roles: [], version: 2 });

    const newest = await stack.api.get(`${flagsPath}/panel.audit/history?limit=1`, admin);
    const off = { percentage: 0, ids: [], roles: [] };
    const some = { percentage: 10, ids, roles: ['admin'] };
    expect(newest.body).toMatchObject({ changes: [{ version: 2, before: some, after: off, reason: 'A test.', changedBy: adminId }] });
    const rest = await stack.api.get(`${flagsPath}/panel.audit/history?limit=1&cursor=${newest.body.nextCursor}`, admin);
    expect(rest.body).toMatchObject({ changes: [{ version: 1, before: null, after: some, reason: 'For some first.' }], nextCursor: null });
  });

  test('keep their version when they are set to what they are, also in another order or twice', async () => {
    const ids = [randomUUID(), randomUUID()].toSorted();
    const lists = { percentage: 0, ids, roles: ['user', 'admin'] };
    expect((await set('panel.history', lists)).body).toMatchObject({ ...lists, version: 1 });
    const again = { percentage: 0, ids: [...ids.toReversed(), ...ids], roles: ['admin', 'user', 'admin', 'user'] };
    expect((await set('panel.history', { ...again, reason: 'Nothing new.' })).body).toMatchObject({
      ...lists,
      version: 1,
      reason: 'A test.',
    });
  });

  test('that somebody else has set meanwhile are not overwritten', async () => {
    await set('panel.alerts', { percentage: 50 });
    const { status, body } = await set('panel.alerts', { percentage: 0, expectedVersion: 0 });
    expect([status, body.error]).toEqual([409, 'VERSION_CONFLICT']);
    expect(await read('panel.alerts')).toMatchObject({ percentage: 50, version: 1 });
  });

  test.each([
    [{ percentage: 101 }, /^percentage: /],
    [{ percentage: 0.5 }, /^percentage: /],
    [{ percentage: 0, ids: ['me'] }, /^ids/],
    [{ percentage: 0, ids: 'a0000000-0000-4000-8000-000000000001' }, /^ids: expected a list of at most 1,000 IDs\.$/],
    [{ percentage: 0, ids: Array.from({ length: 1_001 }, () => randomUUID()) }, /^ids: expected a list of at most 1,000 IDs\.$/],
    [{ percentage: 0, roles: ['owner'] }, /^roles/],
    [{ percentage: 0, roles: 'user' }, /^roles: expected a list of roles, each once: user, model, /],
    [{ percentage: 0, reason: '' }, /^reason: /],
    [{ percentage: 0, colour: 'red' }, /colour/],
  ])('are not set to %j', async (body, problem) => {
    const refused = await set('panel.mood', body);
    expect([refused.status, refused.body.error, refused.body.message]).toEqual([400, 'INVALID_REQUEST', expect.stringMatching(problem)]);
  });

  test('that nobody declared are not set', async () => {
    expect((await set('panel.nowhere', { percentage: 0 })).status).toBe(400);
  });
});

describe('moods.updates off', () => {
  test('refuses updates with words, while an administrator still sets the mood; on again, updates work', async () => {
    const { id, token } = await stack.createModel();
    const update = (moodState: string) => stack.api.post('/api/v1/mood/update', { moodState }, token);
    await switchOff('moods.updates');
    const refused = await update('positive');
    expect([refused.status, refused.body]).toEqual([
      403,
      { error: 'FEATURE_DISABLED', message: expect.stringMatching(/switched it off.*Try again later/) },
    ]);
    const override = { moodState: 'negative', reason: 'While updates are off.' };
    expect((await stack.api.post(`/api/v1/admin/mood/${id}/update`, override, admin)).status).toBe(200);
    expect((await stack.api.get(`/api/v1/mood/${id}`, token)).body.moodState).toBe('negative');
    await set('moods.updates', { percentage: 0, ids: [id] });
    expect((await update('positive')).status).toBe(200);
  });
});

describe('custom-messages.show off', () => {
  test('takes the message out of what others read, alone and in pages; the model and administrators go on seeing it', async () => {
    const { id, token } = await stack.createModel();
    const other = await stack.createModel();
    const customMessage = 'Feeling great today!';
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage }, token);
    const read = async (reader: string) => {
      const [one, page] = await Promise.all([
        stack.api.get(`/api/v1/mood/${id}`, reader),
        stack.api.get(`/api/v1/moods?modelIds=${id}`, reader),
      ]);
      return [one.body.customMessage, page.body.moods[0].customMessage];
    };
    const readers = [other.token, await stack.platform.token('user'), await stack.platform.token('service'), token, admin];
    expect(await Promise.all(readers.map(read))).toEqual(readers.map(() => [customMessage, customMessage]));
    const preview = async () =>
      (await stack.api.post('/api/v1/mood/preview', { moodState: 'positive', customMessage }, token)).body.message;
    expect(await preview()).toMatchObject({ text: customMessage, shown: true });
    await switchOff('custom-messages.show');
    expect(await preview()).toMatchObject({ text: customMessage, shown: false });
    const [hidden, shown] = [
      [null, null],
      [customMessage, customMessage],
    ];
    expect(await Promise.all(readers.map(read))).toEqual([hidden, hidden, hidden, shown, shown]);
    expect((await stack.api.get('/api/v1/mood/me', token)).body.mood.customMessage).toBe(customMessage);
  });
});

test('a provider of the platform decides in the place of the database, and its flags are neither shown nor set here', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-flags-'));
  const file = path.join(folder, 'provider.mjs');
  await writeFile(
    file,
    `export default { metadata: { name: 'platform' }, runsOn: 'server',
      resolveBooleanEvaluation: async (key) => ({ value: key !== 'moods.updates', reason: 'STATIC' }) };`,
  );
  const port = String(await freePort());
  const process = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: port, FLAGS_PROVIDER: file });
  try {
    const api = await createApiClient(`http://127.0.0.1:${port}`);
    const { token } = await stack.createModel();
    const answers = [
      await api.post('/api/v1/mood/update', { moodState: 'positive' }, token),
      await api.get(flagsPath, admin),
      await api.call('PUT', `${flagsPath}/moods.updates`, { json: { percentage: 100, reason: 'In vain.' }, token: admin }),
    ];
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual(answers.map(() => [403, 'FEATURE_DISABLED']));
    expect(answers[1]?.body.message).toContain('FLAGS_PROVIDER');
  } finally {
    await process.stop();
    await rm(folder, { recursive: true });
  }
});
