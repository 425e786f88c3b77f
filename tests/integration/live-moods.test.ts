import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import { openMoodStream } from '@mood/testing/mood-stream';
import type { MoodStream } from '@mood/testing/mood-stream';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
/** Another process of the API, which looks every second for what nobody told. */
let other: { url: string; metricsUrl: string; process: NodeProcess };
let user: string;
beforeAll(async () => {
  // Longer than any wait here: what comes was told.
  stack = await startStack({ env: { STREAM_BEAT_SECONDS: '30', SHUTDOWN_DELAY_MS: '0' } });
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env = { ...stack.env, PORT: String(port), METRICS_PORT: String(metricsPort), STREAM_BEAT_SECONDS: '1' };
  const process = await startNodeProcess('apps/api/src/main.ts', env);
  other = { url: `http://127.0.0.1:${port}`, metricsUrl: `http://127.0.0.1:${metricsPort}`, process };
  user = await stack.platform.token('user', randomUUID());
});
afterAll(async () => {
  await other?.process.stop();
  await stack?.stop();
});

const streams: MoodStream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.kill();
});
async function open(url: string, models: readonly Pick<Model, 'id'>[], token = user): Promise<MoodStream> {
  const stream = await openMoodStream(
    url,
    models.map(({ id }) => id),
    token,
  );
  streams.push(stream);
  if (stream.status === 200)
    await eventually(
      async () => stream.events.length,
      (count) => count > 0,
    );
  return stream;
}
async function setMood(model: Model, mood: object = { moodState: 'positive' }): Promise<void> {
  const { status, body } = await stack.api.post('/api/v1/mood/update', mood, model.token);
  expect([status, body]).toEqual([200, expect.anything()]);
}

describe('a stream of moods', () => {
  test('begins with the moods as they are, and tells each change at once, with its version', async () => {
    const [set, unset] = [await stack.createModel(), await stack.createModel()];
    await setMood(set, { moodState: 'positive', customMessage: 'Hello', autoRespond: true, responseDelay: 5 });
    const stranger = randomUUID();
    const stream = await open(stack.api.url, [set, unset, { id: stranger }]);
    expect([stream.status, stream.headers['content-type'], stream.headers['cache-control']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-store',
    ]);
    const { body: read } = await stack.api.get(`/api/v1/mood/${set.id}`, user);
    expect(stream.events).toEqual([
      {
        event: 'snapshot',
        data: {
          moods: [{ ...read, version: 1 }, expect.objectContaining({ modelId: unset.id, moodState: 'neutral', version: 0 })],
          notFound: [stranger],
          now: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        },
      },
    ]);
    expect(stream.retryMs()).toBeGreaterThanOrEqual(500);

    const began = performance.now();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await setMood(unset, { moodState: 'negative', expiresAt });
    const { data } = await stream.untilVersion(unset.id, 1);
    expect(data).toMatchObject({ moodState: 'negative', expiresAt, version: 1, updatedBy: 'model' });
    // No worker runs here: the process that made the change has told its own streams.
    expect(performance.now() - began).toBeLessThan(25_000);
  });

  test('tells nobody of others, and shows what users may not see to the model and administrators alone', async () => {
    const [model, another] = [await stack.createModel(), await stack.createModel()];
    const admin = await stack.platform.token('admin');
    const show = (percentage: number) =>
      stack.api.call('PUT', '/api/v1/admin/mood/flags/custom-messages.show', {
        token: admin,
        json: { percentage, reason: 'A test of streams.' },
      });
    const hidden = await show(0);
    expect([hidden.status, hidden.body]).toEqual([200, expect.anything()]);
    try {
      const [asUser, asAdmin, asModel] = [
        await open(stack.api.url, [model]),
        await open(stack.api.url, [model], admin),
        await open(stack.api.url, [model], model.token),
      ];
      await setMood(another);
      await setMood(model, { moodState: 'positive', customMessage: 'Only for some' });
      for (const [stream, customMessage] of [
        [asUser, null],
        [asAdmin, 'Only for some'],
        [asModel, 'Only for some'],
      ] as const) {
        expect((await stream.untilVersion(model.id, 1)).data.customMessage).toBe(customMessage);
        expect(stream.events.filter(({ data }) => data.modelId === another.id)).toEqual([]);
      }
    } finally {
      expect((await show(100)).status).toBe(200);
    }
  });

  test.each([
    ['no list', '', 400],
    ['an ID that is none', '?modelIds=sophia', 400],
    ['more than 200', `?modelIds=${Array.from({ length: 201 }, () => randomUUID()).join()}`, 400],
    ['another parameter', `?modelIds=${randomUUID()}&all=true`, 400],
  ])('is not opened for %s', async (_what, query, status) => {
    const answer = await stack.api.get(`/api/v1/moods/stream${query}`, user);
    expect([answer.status, answer.body.error]).toEqual([status, 'INVALID_REQUEST']);
  });

  test('is open five times at most for one caller, and again when one has been closed', async () => {
    const [model, token] = [await stack.createModel(), await stack.platform.token('user', randomUUID())];
    const five = [];
    for (let nth = 0; nth < 5; nth += 1) five.push(await open(stack.api.url, [model], token));
    const sixth = await open(stack.api.url, [model], token);
    expect([sixth.status, sixth.headers['retry-after']]).toEqual([429, '30']);
    await sixth.untilOver();
    expect(JSON.parse(sixth.text())).toMatchObject({ error: 'TOO_MANY_REQUESTS' });
    expect((await open(stack.api.url, [model])).status).toBe(200);
    five[0]?.kill();
    await eventually(
      async () => (await open(stack.api.url, [model], token)).status,
      (status) => status === 200,
    );
  });
});

describe('a change that another process has made', () => {
  test('is found within a beat while no worker tells of it', async () => {
    const model = await stack.createModel();
    const stream = await open(other.url, [model]);
    await setMood(model);
    expect((await stream.untilVersion(model.id, 1)).data.moodState).toBe('positive');
  });

  test('is told by the worker, long before the next beat', async () => {
    await stack.startWorker();
    const [model, admin] = [await stack.createModel(), await stack.platform.token('admin')];
    const stream = await open(stack.api.url, [model]);
    for (const [index, moodState] of (['positive', 'negative', 'neutral'] as const).entries()) {
      const answer = await fetch(`${other.url}/api/v1/admin/mood/${model.id}/update`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
        body: JSON.stringify({ moodState, reason: 'A test of streams.' }),
      });
      expect(answer.status).toBe(200);
      const { data } = await stream.untilVersion(model.id, index + 1, 20_000);
      expect(data).toMatchObject({ moodState, version: index + 1, updatedBy: 'admin' });
    }
    // Its end is nobody's request: the worker writes the reset, and tells of it.
    const [soon, ending] = [new Date(Date.now() + 1_500).toISOString(), await stack.createModel()];
    const until = await open(stack.api.url, [ending]);
    await setMood(ending, { moodState: 'positive', expiresAt: soon });
    expect((await until.untilVersion(ending.id, 1)).data).toMatchObject({ moodState: 'positive', expiresAt: soon });
    expect((await until.untilVersion(ending.id, 2, 25_000)).data).toMatchObject({ moodState: 'neutral', expiresAt: null });
    const versions = stream.events.filter(({ event }) => event === 'mood').map(({ data }) => data.version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });
});

describe('the end of a stream', () => {
  const metric = async (name: string, labels?: Record<string, string>) => (await scrape(other.metricsUrl)).value(name, labels) ?? NaN;

  test('comes with its session', async () => {
    const model = await stack.createModel();
    const token = await stack.platform.token('user', randomUUID());
    const stream = await open(other.url, [model], token);
    await eventually(
      async () => stream.comments(),
      (count) => count > 0,
    );
    await stack.platform.revoke(token);
    await stream.untilOver(30_000);
    expect(stream.retryMs()).toBeGreaterThanOrEqual(500);
    expect(await metric('mood_streams_ended_total', { reason: 'session_over' })).toBeGreaterThanOrEqual(1);
  });

  test('is noticed when the client was killed', async () => {
    const stream = await open(other.url, [await stack.createModel()]);
    const before = await metric('mood_streams_open');
    expect(before).toBeGreaterThanOrEqual(1);
    stream.kill();
    await eventually(
      () => metric('mood_streams_open'),
      (open) => open < before,
    );
  });

  test('comes with the stop of the process, which open streams do not hold up; the next one knows what was missed', async () => {
    const model = await stack.createModel();
    const stream = await open(stack.api.url, [model]);
    const silent = await open(stack.api.url, [model]);
    silent.pause();
    const began = performance.now();
    stack.apiProcess.kill('SIGTERM');
    await stream.untilOver();
    expect(await stack.apiProcess.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(9_000);
    expect(stream.retryMs()).toBeGreaterThanOrEqual(500);
    const answer = await fetch(`${other.url}/api/v1/mood/update`, {
      method: 'POST',
      headers: { authorization: `Bearer ${model.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ moodState: 'negative' }),
    });
    expect(answer.status).toBe(200);
    await stack.restartApi();
    expect((await open(stack.api.url, [model])).events[0]?.data.moods).toMatchObject([{ moodState: 'negative', version: 1 }]);
  });
});
