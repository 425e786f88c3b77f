import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import type { Scrape } from '@mood/testing/metrics';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const root = path.resolve(import.meta.dirname, '../..');
const local = (port: number) => `http://127.0.0.1:${port}`;
const anyUuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** The status and the body of a page of operations. */
async function ask(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const readiness = async (url: string) => (await ask(`${url}/readyz`)).status;

describe('the metrics', () => {
  let stack: Stack;
  let apiUrl: string;
  let workerUrl: string;
  beforeAll(async () => {
    const [apiPort, workerPort] = [await freePort(), await freePort()];
    [apiUrl, workerUrl] = [local(apiPort), local(workerPort)];
    stack = await startStack({
      workers: 1,
      env: { METRICS_PORT: String(apiPort), DATABASE_POOL_MAX: '4' },
      envOf: { worker: { METRICS_PORT: String(workerPort) } },
    });
  });
  afterAll(async () => {
    await stack?.stop();
  });

  /** By how much a series grows until it is at least `least` larger. Numbers of the backlog are up to five seconds old. */
  async function grows(
    url: string,
    name: string,
    labels: Record<string, string>,
    work: () => Promise<unknown>,
    least = 1,
  ): Promise<number> {
    const before = (await scrape(url)).value(name, labels) ?? 0;
    await work();
    return eventually(
      async () => ((await scrape(url)).value(name, labels) ?? 0) - before,
      (growth) => growth >= least,
      20_000,
    );
  }

  async function moodWithReplies(): Promise<{ id: string; token: string }> {
    const model = await stack.createModel();
    const mood = { moodState: 'positive', autoRespond: true, responseDelay: 0 };
    expect((await stack.api.post('/api/v1/mood/update', mood, model.token)).status).toBe(200);
    return model;
  }

  test('changes of moods, by who made them', async () => {
    const model = await stack.createModel();
    const admin = await stack.platform.token('admin');
    expect(
      await grows(apiUrl, 'mood_changes_total', { changed_by: 'model', mood_state: 'negative' }, () =>
        stack.api.post('/api/v1/mood/update', { moodState: 'negative' }, model.token),
      ),
    ).toBe(1);
    const override = { moodState: 'positive', reason: 'On the model’s behalf.', reasonCode: 'other' };
    expect(
      await grows(apiUrl, 'mood_changes_total', { changed_by: 'admin', mood_state: 'positive' }, () =>
        stack.api.post(`/api/v1/admin/mood/${model.id}/update`, override, admin),
      ),
    ).toBe(1);
    expect(
      await grows(workerUrl, 'mood_changes_total', { changed_by: 'system', mood_state: 'neutral' }, () =>
        stack.api.post(
          '/api/v1/mood/update',
          { moodState: 'positive', expiresAt: new Date(Date.now() + 1_000).toISOString() },
          model.token,
        ),
      ),
    ).toBe(1);
  });

  test('changes that are refused are none', async () => {
    const model = await stack.createModel();
    const before = (await scrape(apiUrl)).value('mood_changes_total');
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: 'a@b.example' }, model.token)).status).toBe(
      400,
    );
    expect((await scrape(apiUrl)).value('mood_changes_total')).toBe(before);
  });

  test('messages that are made from templates, and those that cannot be', async () => {
    const model = await stack.createModel();
    const service = await stack.platform.token('service', undefined, { scope: 'mood:render' });
    const render = (templateType: string, variables: Record<string, string>) => () =>
      stack.api.post('/api/v1/mood/template/render', { modelId: model.id, templateType, variables }, service);
    const ofType = (template_type: string, outcome: string) => ({ template_type, outcome });
    const name = 'mood_template_renders_total';
    expect(await grows(apiUrl, name, ofType('greeting', 'rendered'), render('greeting', { userName: 'John' }))).toBe(1);
    const refused = render('greeting', { userName: 'visit evil.com' });
    expect(await grows(apiUrl, 'mood_refused_values_total', { variable: 'userName', kind: 'url' }, refused)).toBe(1);
    expect(await grows(apiUrl, name, ofType('tip_thank_you', 'failed'), render('tip_thank_you', {}))).toBe(1);
    await stack.database.query(`UPDATE mood_messaging_templates SET active = false WHERE template_type = 'farewell'`);
    const admin = await stack.platform.token('admin');
    const rested = async () => (await stack.api.get('/api/v1/admin/mood/templates?templateType=farewell&active=true', admin)).body.total;
    await eventually(rested, (total) => total === 0);
    // Within a quarter of a second the API knows.
    await eventually(
      async () => (await render('farewell', { userName: 'John' })()).status,
      (status) => status === 404,
    );
    expect(await grows(apiUrl, name, ofType('farewell', 'no_template'), render('farewell', { userName: 'John' }))).toBe(1);
  });

  test('automatic replies, from the message to the reply that is sent', async () => {
    const model = await moodWithReplies();
    const [userId = ''] = await stack.platform.createUsers();
    const write = () => stack.platform.userWrites(randomUUID(), userId, model.id);
    expect(await grows(workerUrl, 'mood_auto_replies_total', { outcome: 'sent' }, write)).toBe(1);
    const after = await scrape(workerUrl);
    expect(after.value('mood_auto_replies_total', { outcome: 'scheduled' })).toBeGreaterThanOrEqual(1);
    expect(after.value('mood_template_renders_total', { template_type: 'auto_response', outcome: 'rendered' })).toBeGreaterThanOrEqual(1);
    for (const service of ['messages', 'users', 'performers', 'analytics']) {
      const calls = () => scrape(workerUrl);
      await eventually(calls, (now) => (now.value('mood_external_requests_total', { service, outcome: 'ok' }) ?? 0) >= 1);
    }
    expect((await scrape(apiUrl)).value('mood_external_requests_total', { service: 'auth', outcome: 'ok' })).toBeGreaterThanOrEqual(1);
  });

  test('messages and replies that come to nothing, by the reason', async () => {
    const model = await moodWithReplies();
    const service = await stack.platform.token('service', undefined, { scope: 'auto-replies:write' });
    const [userId = ''] = await stack.platform.createUsers();
    const report = (more: object) => async () => {
      const ids = { messageId: randomUUID(), conversationId: randomUUID(), modelId: model.id, userId };
      const message = { ...ids, receivedAt: new Date().toISOString(), senderType: 'user', automated: false, ...more };
      await stack.api.post('/api/v1/auto-replies', message, service);
    };
    const name = 'mood_auto_replies_total';
    const longAgo = { receivedAt: '2001-01-01T00:00:00Z' };
    expect(await grows(apiUrl, name, { outcome: 'before_mood' }, report(longAgo))).toBe(1);
    expect(await grows(apiUrl, name, { outcome: 'from_itself' }, report({ userId: model.id }))).toBe(1);
    expect(await grows(workerUrl, name, { outcome: 'recipient_gone' }, report({ userId: randomUUID() }))).toBe(1);
    for (const outcome of ['too_late', 'replied', 'daily_cap', 'conflict'])
      for (const url of [apiUrl, workerUrl]) expect((await scrape(url)).value(name, { outcome })).toBe(0);
  });

  test('jobs by their outcome, also those that a service which is down fails, and what waits in the queues', async () => {
    const model = await moodWithReplies();
    const [userId = ''] = await stack.platform.createUsers();
    await stack.platform.setFault('messages', 'error');
    const write = () => stack.platform.userWrites(randomUUID(), userId, model.id);
    expect(await grows(workerUrl, 'mood_jobs_total', { queue: 'message-delivery', outcome: 'retry' }, write)).toBeGreaterThanOrEqual(1);
    expect(
      (await scrape(workerUrl)).value('mood_external_requests_total', { service: 'messages', outcome: 'unavailable' }),
    ).toBeGreaterThanOrEqual(1);
    await eventually(
      () => scrape(workerUrl),
      (now) =>
        (now.value('mood_outbox_pending') ?? 0) >= 1 &&
        (now.value('mood_outbox_oldest_seconds') ?? 0) > 0 &&
        (now.value('mood_queue_jobs', { queue: 'message-delivery' }) ?? 0) >= 1,
      20_000,
    );
    expect(
      await grows(workerUrl, 'mood_jobs_total', { queue: 'message-delivery', outcome: 'done' }, () =>
        stack.platform.setFault('messages', 'ok'),
      ),
    ).toBeGreaterThanOrEqual(1);
    await eventually(
      () => scrape(workerUrl),
      (now) => now.value('mood_outbox_pending') === 0,
      20_000,
    );
  });

  test('promises that failed for good', async () => {
    const [row] = await stack.database.query<{ id: string }>(
      `INSERT INTO outbox (kind, model_id, payload, failed_at) VALUES ('notification', uuidv7(), '{}', now()) RETURNING id`,
    );
    await eventually(
      () => scrape(workerUrl),
      (now) => now.value('mood_outbox_failed') === 1,
      20_000,
    );
    await stack.database.query('DELETE FROM outbox WHERE id = $1', [row?.id]);
  });

  test('all that the design names are there, with words of ours for labels and never an id', async () => {
    const scrapes = [await scrape(apiUrl), await scrape(workerUrl)];
    const names = new Set(scrapes.flatMap((one) => [...one.names]));
    expect([...names]).toEqual(
      expect.arrayContaining([
        'mood_http_request_duration_seconds_bucket',
        'mood_changes_total',
        'mood_rate_limit_hits_total',
        'mood_cache_requests_total',
        'mood_template_renders_total',
        'mood_refused_values_total',
        'mood_auto_replies_total',
        'mood_jobs_total',
        'mood_job_duration_seconds_bucket',
        'mood_queue_jobs',
        'mood_outbox_pending',
        'mood_outbox_oldest_seconds',
        'mood_outbox_failed',
        'mood_auth_failures_total',
        'mood_db_errors_total',
        'mood_external_requests_total',
        'mood_worker_ready',
        'mood_process_process_cpu_seconds_total',
      ]),
    );
    for (const { text, samples } of scrapes) {
      expect(anyUuid.exec(text)).toBeNull();
      for (const { labels } of samples.filter(({ name }) => !name.startsWith('mood_process_'))) {
        for (const [label, value] of Object.entries(labels)) {
          expect([label, value]).toEqual([label, expect.stringMatching(/^(?:[A-Za-z_-]+|\/[\w/:.*-]*|\d{3}|[\d.]+|\+Inf)$/)]);
        }
      }
    }
  });

  test('the dashboard and the alerts ask for nothing that nobody scrapes', async () => {
    const scrapes: Scrape[] = [await scrape(apiUrl), await scrape(workerUrl)];
    const names = new Set(scrapes.flatMap((one) => [...one.names]));
    const dashboard = JSON.parse(await readFile(path.join(root, 'ops/grafana/dashboard.json'), 'utf8'));
    const asked: string[] = dashboard.panels.flatMap((panel: { targets: { expr: string }[] }) => panel.targets.map(({ expr }) => expr));
    expect(asked.length).toBeGreaterThan(15);
    const alerts = await readFile(path.join(root, 'ops/prometheus/alerts.yml'), 'utf8');
    const used = [...asked, alerts].flatMap((text) => text.match(/\bmood_\w+\b/g) ?? []).filter((name) => name !== 'mood_state');
    expect(used.length).toBeGreaterThan(30);
    expect([...new Set(used)].filter((name) => !names.has(name))).toEqual([]);
  });

  test('the worker is ready, has the pages of operations and nothing else', async () => {
    expect(await ask(`${workerUrl}/readyz`)).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await ask(`${workerUrl}/livez`)).toEqual({ status: 200, body: { status: 'alive' } });
    expect((await scrape(workerUrl)).value('mood_worker_ready')).toBe(1);
    expect((await ask(`${workerUrl}/api/v1/moods`)).status).toBe(404);
    expect((await fetch(`${workerUrl}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  test('a worker whose loops get nowhere is not ready, though it runs, until they do', async () => {
    await stack.database.query('ALTER TABLE outbox RENAME TO outbox_away');
    try {
      await eventually(
        () => readiness(workerUrl),
        (status) => status === 503,
        20_000,
      );
      expect((await ask(`${workerUrl}/livez`)).status).toBe(200);
      expect((await scrape(workerUrl)).value('mood_worker_ready')).toBe(0);
    } finally {
      await stack.database.query('ALTER TABLE outbox_away RENAME TO outbox');
    }
    await eventually(
      () => readiness(workerUrl),
      (status) => status === 200,
      20_000,
    );
  });
});
