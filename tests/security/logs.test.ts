import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let model: Model;
beforeAll(async () => {
  stack = await startStack({ workers: 1, env: { LOG_LEVEL: 'trace', TRUSTED_PROXIES: 'loopback' } });
  model = await stack.createModel();
});
afterAll(() => stack.stop());

interface Line {
  level: string;
  msg: string;
  requestId?: string;
  [field: string]: unknown;
}

const apiLines = (): Line[] =>
  stack.apiProcess
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
const linesOf = (requestId: string) =>
  eventually(
    async () => apiLines().filter((line) => line.requestId === requestId),
    (lines) => lines.some((line) => line.msg.startsWith('request')),
  );

describe('the log of a request', () => {
  test('says what was asked for and what came of it, under the id that the client gave', async () => {
    const headers = { 'x-request-id': 'read-1', 'x-forwarded-for': '198.51.100.77' };
    const answer = await stack.api.call('GET', `/api/v1/mood/${model.id}/history?limit=7`, { token: model.token, headers });
    expect(answer.headers.get('x-request-id')).toBe('read-1');
    const [line, ...more] = await linesOf('read-1');
    expect(more).toEqual([]);
    expect(Object.keys(line ?? {}).toSorted()).toEqual(
      ['durationMs', 'level', 'method', 'msg', 'name', 'pid', 'requestId', 'role', 'route', 'status', 'time'].toSorted(),
    );
    expect(line).toMatchObject({ level: 'debug', method: 'GET', route: '/api/v1/mood/:modelId/history', status: 200, role: 'model' });
  });

  test.each<[string, number, string, () => { token?: string; json: unknown }]>([
    ['no token', 401, 'UNAUTHORIZED', () => ({ json: {} })],
    ['a mood that does not exist', 400, 'INVALID_MOOD_STATE', () => ({ token: model.token, json: { moodState: 'Sophia' } })],
  ])('is a warning with the error code when a change was refused: %s', async (what, status, errorCode, options) => {
    const requestId = what.replaceAll(' ', '-');
    const answer = await stack.api.call('POST', '/api/v1/mood/update', { ...options(), headers: { 'x-request-id': requestId } });
    expect(answer.status).toBe(status);
    expect((await linesOf(requestId)).at(-1)).toMatchObject({ level: 'warn', route: '/api/v1/mood/update', status, errorCode });
  });
});

describe('the logs of the API and the worker', () => {
  test('hold no token, no address, no message and no name, however hard one tries', async () => {
    const mark = 'Zebrafish';
    const address = '203.0.113.199';
    const [userId = ''] = await stack.platform.createUsers();
    const userToken = await stack.platform.token('user', userId);
    const headers = { 'x-forwarded-for': address, 'user-agent': mark, 'x-request-id': `${mark}!` };
    const call = (method: string, path: string, token: string | undefined, json?: unknown, raw?: string) =>
      stack.api.call(method, path, { token, headers, ...(json !== undefined && { json }), ...(raw !== undefined && { raw }) });

    const update = '/api/v1/mood/update';
    expect((await call('POST', update, model.token, { moodState: 'positive', customMessage: mark, autoRespond: true })).status).toBe(200);
    await call('POST', update, model.token, { moodState: mark });
    await call('POST', update, model.token, { moodState: 'positive', [mark]: mark });
    await call('POST', update, model.token, undefined, `{"customMessage": ${mark}`);
    await call('POST', update, `${model.token}${mark}`, {});
    await call('POST', update, userToken, { customMessage: mark });
    await call('GET', `/api/v1/mood/${mark}?name=${mark}`, userToken);
    await call('GET', `/${mark}`, undefined);
    await call('DELETE', `/${mark}?${mark}`, undefined);
    await call('GET', `/api/v1/mood/${model.id}`, `Zebra.${mark}.fish`);

    // The worker meets a message, a reply, and services that fail.
    await stack.platform.setFault('messages', 'error');
    await stack.platform.userWrites('logs', userId, model.id, mark);
    const [worker] = stack.workers;
    await eventually(
      async () => worker?.output() ?? '',
      (output) => output.includes('will be tried again'),
    );
    await stack.platform.setFault('messages', 'ok');
    // The database goes away in the middle of everything.
    await stack.database.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await call('POST', update, model.token, { moodState: 'negative', customMessage: mark });
    await eventually(
      () => stack.platform.automatedMessages('logs'),
      (messages) => messages.length === 1,
      30_000,
    );

    const written = [stack.apiProcess, ...stack.workers].map((child) => child.output()).join('\n');
    for (const secret of [
      mark,
      address,
      model.token,
      userToken,
      stack.env['AUDIT_MASTER_KEYS'] ?? '',
      stack.env['SESSION_KEYS'] ?? '',
      new URL(stack.env['DATABASE_URL'] ?? '').password,
    ]) {
      expect(written.includes(secret) ? `the log holds ${secret}` : '').toBe('');
    }
    const ofRequests = apiLines().filter((line) => 'route' in line);
    expect(ofRequests.length).toBeGreaterThan(10);
    for (const id of [model.id, userId, '127.0.0.1']) expect(JSON.stringify(ofRequests)).not.toContain(id);
  });
});
