import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { metricNames } from '@mood/domain/vocabulary';
import { eventually, until } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

interface Row {
  start: string;
  end: string;
  group: string | null;
  value: number | null;
}

const analytics = '/api/v1/admin/mood/analytics';
const timeZone = 'Asia/Kathmandu';
const dayMs = 86_400_000;

let stack: Stack;
let workerUrl: string;
let admin: string;
let sophia: Model;
let elena: Model;

beforeAll(async () => {
  const metricsPort = await freePort();
  workerUrl = `http://127.0.0.1:${metricsPort}`;
  stack = await startStack({ workers: 1, envOf: { worker: { ROLL_UP_EVERY_MS: '500', METRICS_PORT: String(metricsPort) } } });
  [admin, sophia, elena] = await Promise.all([stack.platform.token('admin'), stack.createModel(), stack.createModel()]);
  await stack.createModel();
  const update = async (model: Model, mood: object) =>
    expect((await stack.api.post('/api/v1/mood/update', mood, model.token)).status).toBe(200);
  await update(sophia, { moodState: 'negative' });
  await update(sophia, { moodState: 'positive' });
  await update(sophia, { moodState: 'positive', autoRespond: true, responseDelay: 0 });
  await update(elena, { moodState: 'negative', customMessage: 'Back soon' });
  const override = { moodState: 'neutral', reason: 'A complaint' };
  expect((await stack.api.post(`/api/v1/admin/mood/${elena.id}/update`, override, admin)).status).toBe(200);
  const [userId = ''] = await stack.platform.createUsers(1);
  const conversationId = `conversation-${randomUUID()}`;
  await stack.platform.userWrites(conversationId, userId, sophia.id);
  await eventually(
    () => stack.platform.automatedMessages(conversationId),
    (messages) => messages.length === 1,
    20_000,
  );
  // The sandbox has the message a moment before the row says so.
  await until(async () => (await countOf('auto_replies', `status = 'sent'`)) === 1, 20_000);
});
afterAll(() => stack?.stop());

/** From the day before yesterday to the end of tomorrow: today’s beginning by the zone’s clock is in between. */
function aroundNow(): { from: string; to: string } {
  const day = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
  return { from: day(-2), to: day(2) };
}

const query = (values: Record<string, string>) => new URLSearchParams({ timeZone, ...values }).toString();

async function headlines(more: Record<string, string> = aroundNow()) {
  const { status, body } = await stack.api.get(`${analytics}/summary?${query(more)}`, admin);
  expect([status, body]).toMatchObject([200, { timeZone }]);
  const metrics: { name: string; value: number | null; previous: number | null }[] = body.metrics;
  return new Map(metrics.map((metric) => [metric.name, metric]));
}

async function series(more: Record<string, string>): Promise<Row[]> {
  const { status, body } = await stack.api.get(`${analytics}/series?${query({ ...aroundNow(), ...more })}`, admin);
  expect([status, body]).toMatchObject([200, { metric: more['metric'], timeZone }]);
  return body.rows;
}

async function csv(more: Record<string, string>) {
  const address = `${stack.api.url}${analytics}/series?${query({ ...aroundNow(), ...more })}`;
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${admin}`, Accept: 'text/csv' } });
  const [comment = '', header = '', ...lines] = (await answer.text()).trimEnd().split('\r\n');
  return { type: answer.headers.get('content-type'), vary: answer.headers.get('vary'), comment, header, lines };
}

const sum = (rows: readonly Row[]) => rows.reduce((total, { value }) => total + (value ?? 0), 0);

/** The obviously right count. */
async function countOf(table: string, where: string): Promise<number> {
  const [row] = await stack.database.query(`SELECT count(*)::integer AS n FROM ${table} WHERE ${where}`);
  return Number(row === undefined ? 0 : Reflect.get(row, 'n'));
}

describe('analytics', () => {
  test('say what each metric is', async () => {
    const { status, body } = await stack.api.get(`${analytics}/metrics`, admin);
    expect([status, body.metrics.map(({ name }: { name: string }) => name)]).toEqual([200, metricNames]);
    for (const metric of body.metrics) expect(Object.keys(metric)).toEqual(['name', 'title', 'unit', 'definition', 'groups']);
  });

  test.each([
    ['changes', 'mood_transition_logs', 'true', 5],
    ['replies_scheduled', 'auto_replies', 'true', 1],
    ['replies_sent', 'auto_replies', `status = 'sent'`, 1],
    ['models_known', 'performers', 'true', 3],
  ])('of %s agree in summary, series, CSV, and with the rows', async (metric, table, where, expected) => {
    expect(await countOf(table, where)).toBe(expected);
    expect((await headlines()).get(metric)?.value).toBe(expected);
    if (metric === 'models_known') return;
    for (const interval of ['hour', 'day', 'week']) {
      const rows = await series({ metric, interval });
      expect([interval, sum(rows)]).toEqual([interval, expected]);
      const { lines } = await csv({ metric, interval });
      expect(lines.map((line) => line.split(',')).map(([start, end, , group, value]) => [start, end, group, Number(value)])).toEqual(
        rows.map(({ start, end, group, value }) => [start, end, group ?? '', value]),
      );
    }
  });

  test('have every interval of the zone, without gap, also those with 0', async () => {
    const rows = await series({ metric: 'changes', interval: 'day' });
    expect(rows).toHaveLength(4);
    for (const [n, { start, end }] of rows.entries()) {
      expect(start.slice(10)).toBe('T18:15:00.000Z');
      expect(end).toBe(rows[n + 1]?.start ?? end);
    }
    expect(rows.filter(({ value }) => value === 0).length).toBeGreaterThanOrEqual(2);
  });

  test('of groups add up to the whole', async () => {
    const by = async (groupBy: string) => {
      const rows = await series({ metric: 'changes', interval: 'week', groupBy });
      const totals = new Map<string | null, number>();
      for (const { group, value } of rows) totals.set(group, (totals.get(group) ?? 0) + (value ?? 0));
      return Object.fromEntries(totals);
    };
    expect(await by('changed_by')).toEqual({ model: 4, admin: 1, system: 0 });
    expect(await by('state')).toEqual({ neutral: 1, positive: 2, negative: 2 });
  });

  test('of shares are null, never 0, without anything to divide by', async () => {
    const found = await headlines();
    // No reply is an hour old, nobody gave a score, and nobody verified the log.
    for (const name of ['engagement_5m', 'engagement_60m', 'engagement_24h', 'continued_24h', 'feedback_score'])
      expect(found.get(name)).toMatchObject({ value: null, previous: null });
    expect(found.get('models_adopted_7d')?.value).toBeCloseTo(2 / 3);
    expect(found.get('moods_active')?.value).toBe(1);
    expect(found.get('moods_now')?.value).toBe(1);
    expect(found.get('replies_failed')).toMatchObject({ value: 0, previous: 0 });
  });

  test('of changes per model count days and models that changed', async () => {
    // Sophia 3 times, Elena once by herself.
    const rows = await series({ metric: 'changes_per_model', interval: 'week', groupBy: 'statistic' });
    const known = rows.filter(({ value }) => value !== null);
    if (known.length === 3)
      expect(known.map(({ group, value }) => [group, value]).slice(0, 2)).toEqual([
        ['mean', 2],
        ['median', 2],
      ]);
    expect(known.length).toBeGreaterThanOrEqual(3);
  });

  test('as CSV have the definition in a comment and the zone in the header', async () => {
    const { type, vary, comment, header, lines } = await csv({ metric: 'replies_sent', interval: 'day', groupBy: 'mood' });
    expect([type, vary]).toEqual(['text/csv; charset=utf-8', expect.stringContaining('Accept')]);
    expect(comment).toMatch(/^# replies_sent by day, in replies, as of 20.*Z: Automatic replies that the message service has/);
    expect(header).toBe(`start,end,start (${timeZone}),group,value`);
    expect(lines[0]).toMatch(/^20[\d-]{8}T18:15:00\.000Z,20[\d-]{8}T18:15:00\.000Z,20[\d-]{8}T00:00:00\+05:45,neutral,0$/);
  });

  test('rank the models that changed most', async () => {
    const { status, body } = await stack.api.get(`${analytics}/top?${query({ metric: 'changes', ...aroundNow() })}`, admin);
    expect([status, body]).toMatchObject([200, { metric: 'changes', unit: 'changes', timeZone }]);
    expect(body.models).toEqual([
      { modelId: sophia.id, value: 3 },
      { modelId: elena.id, value: 1 },
    ]);
    const first = await stack.api.get(`${analytics}/top?${query({ metric: 'replies_sent', limit: '1', ...aroundNow() })}`, admin);
    expect(first.body.models).toEqual([{ modelId: sophia.id, value: 1 }]);
  });

  test.each([
    ['summary', { timeZone: 'Mars/Olympus' }, /timeZone: expected a time zone of the IANA database/],
    ['summary', { timeZone: '+05:45' }, /timeZone: expected a time zone/],
    ['summary', { from: 'yesterday' }, /from: expected a day such as/],
    ['summary', { from: '2026-02-30' }, /from: expected a day such as/],
    ['summary', { from: '2026-01-02', to: '2026-01-01' }, /from: expected a day or time before/],
    ['summary', { from: '2026-01-01T10:07:00Z', to: '2026-01-01T10:02:00Z' }, /from: expected a day or time before/],
    ['series', { metric: 'happiness' }, /metric: expected the name of a metric/],
    ['series', { metric: 'changes', interval: 'minute' }, /interval: expected one of hour, day, week/],
    ['series', { metric: 'changes', interval: 'hour', from: '2026-01-01', to: '2026-09-01' }, /expected at most 2400 intervals/],
    ['series', { metric: 'changes', groupBy: 'model' }, /groupBy: changes can be grouped by changed_by, state/],
    ['top', { metric: 'engagement_60m' }, /metric: expected one of changes, /],
    ['top', { metric: 'changes', limit: '101' }, /limit: expected 1 to 100/],
  ])('of %s with %j are refused', async (route, values, problem) => {
    const { status, body } = await stack.api.get(`${analytics}/${route}?${new URLSearchParams(values).toString()}`, admin);
    expect([status, body]).toEqual([400, { error: 'INVALID_REQUEST', message: expect.stringMatching(problem) }]);
  });
});

describe('a model', () => {
  test('sees what her own automatic replies did', async () => {
    const { status, body } = await stack.api.get('/api/v1/mood/me/insights?days=7', sophia.token);
    expect([status, body]).toMatchObject([200, { days: 7, total: { sent: 1, mature: 0, engaged: 0 } }]);
    expect(body.byMood).toEqual(
      ['neutral', 'positive', 'negative'].map((moodState) => ({
        moodState,
        sent: moodState === 'positive' ? 1 : 0,
        mature: 0,
        engaged: 0,
      })),
    );
    await stack.database.query(
      `UPDATE auto_replies SET sent_at = now() - interval '90 minutes', engaged_at = now() - interval '60 minutes'`,
    );
    const later = await stack.api.get('/api/v1/mood/me/insights?days=7', sophia.token);
    expect(later.body.total).toEqual({ sent: 1, mature: 1, engaged: 1 });
    expect((await stack.api.get('/api/v1/mood/me/insights', elena.token)).body.total.sent).toBe(0);
    expect((await stack.api.get('/api/v1/mood/me/insights?days=91', sophia.token)).status).toBe(400);
  });
});

describe('the worker that rolls up', () => {
  test('shows states of models to Prometheus, not changes', async () => {
    const shown = async () => {
      const found = await scrape(workerUrl);
      return [
        ...['neutral', 'positive', 'negative'].map((state) => found.value('mood_models', { mood_state: state })),
        found.value('mood_models_active'),
        found.value('mood_models_adopted', { days: '7' }),
      ];
    };
    await eventually(shown, (values) => values.join(' ') === '2 1 0 1 2', 20_000);
  });
});
