import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '@mood/testing/free-port';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let model: Model;
let metricsUrl: string;

beforeAll(async () => {
  const port = await freePort();
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  stack = await startStack({ env: { METRICS_PORT: String(port) } });
  model = await stack.createModel();
});
afterAll(() => stack.stop());

/** The value of a series; 0 when it is not there yet. */
async function valueOf(name: string, labels: Record<string, string> = {}): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text.split('\n').find((one) => one.startsWith(name) && wanted.every((label) => one.includes(label)));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}

async function increase(name: string, labels: Record<string, string>, work: () => Promise<unknown>): Promise<number> {
  const before = await valueOf(name, labels);
  await work();
  return (await valueOf(name, labels)) - before;
}

/** The same words under another signature. */
const forged = (token: string) => `${token.slice(0, -8)}AAAAAAAA`;

const update = (token?: string, json: object = { moodState: 'positive' }) => stack.api.call('POST', '/api/v1/mood/update', { token, json });
const route = '/api/v1/mood/update';

describe('what is refused is counted', () => {
  test.each<[string, string, () => Promise<unknown>]>([
    ['a change without a token', 'UNAUTHORIZED', () => update()],
    ['a change by a user', 'UNAUTHORIZED', async () => update(await stack.platform.token('user'))],
    ['a change that makes no sense', 'INVALID_MOOD_STATE', () => update(model.token, { moodState: 'angry' })],
  ])('%s', async (_name, error, work) => {
    expect(await increase('mood_refused_writes_total', { route, error }, work)).toBe(1);
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ['no token', 'missing', () => stack.api.get('/api/v1/mood/terms')],
    [
      'something else than a bearer token',
      'malformed',
      () => stack.api.call('GET', '/api/v1/mood/terms', { headers: { authorization: 'Basic x' } }),
    ],
    ['a token that nobody has signed', 'invalid', () => stack.api.get('/api/v1/mood/terms', forged(model.token))],
    [
      'a session that has ended',
      'revoked',
      async () => {
        const token = await stack.platform.token('user');
        await stack.platform.revoke(token);
        await stack.api.get('/api/v1/mood/terms', token);
      },
    ],
    ['the wrong role', 'forbidden', async () => stack.api.get('/api/v1/admin/mood/templates', await stack.platform.token('user'))],
  ])('with the reason: %s', async (_name, reason, work) => {
    expect(await increase('mood_auth_failures_total', { reason }, work)).toBe(1);
  });

  test('the hourly limit', async () => {
    const busy = await stack.createModel();
    for (let change = 0; change < 50; change += 1) await update(busy.token);
    const refused = async () => {
      await update(busy.token);
      await update(busy.token);
    };
    expect(await increase('mood_rate_limit_hits_total', {}, refused)).toBe(2);
  });

  test('reads are timed by the pattern of their route; no series names a person', async () => {
    const labels = { method: 'GET', route: '/api/v1/mood/:modelId', status: '200' };
    expect(
      await increase('mood_http_request_duration_seconds_count', labels, () => stack.api.get(`/api/v1/mood/${model.id}`, model.token)),
    ).toBe(1);
    await stack.api.get(`/nowhere/${model.id}`);
    expect(await (await fetch(metricsUrl)).text()).not.toContain(model.id);
  });

  test('the port for operations has nothing else, and the API has no metrics', async () => {
    expect((await fetch(metricsUrl.replace('/metrics', '/api/v1/mood/terms'))).status).toBe(404);
    expect((await stack.api.get('/metrics', model.token)).status).toBe(404);
  });
});
