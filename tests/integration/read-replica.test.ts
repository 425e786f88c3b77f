import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectDatabase, createReadReplica } from '@mood/db';
import type { Database } from '@mood/db';
import { createLogger } from '@mood/runtime';
import type { Answer } from '@mood/testing/api-client';
import { createCapturedLog } from '@mood/testing/captured-log';
import { eventually } from '@mood/testing/eventually';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { createPanelClient } from '@mood/testing/panel-client';
import { startReplica } from '@mood/testing/replica';
import type { Replica } from '@mood/testing/replica';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let primary: OwnPostgres;
let replica: Replica;
let stack: Stack;
let admin: string;
beforeAll(async () => {
  primary = await startOwnPostgres({ fsync: 'off' });
  replica = await startReplica(primary);
  // Never too far behind: how far it is, the tests below decide by a clock of their own.
  const reads = { DATABASE_READ_URL: replica.database.serviceUrl, READ_LAG_SECONDS: '3600' };
  stack = await startStack({ database: primary.database, envOf: { api: reads } });
  admin = await stack.platform.token('admin', undefined, { scope: 'audit:read analytics:read' });
});
afterAll(async () => {
  await stack?.stop();
  await replica?.remove();
  await primary?.remove();
});

const asOf = ({ headers }: Answer) => Date.parse(headers.get('as-of') ?? '');
const change = (model: Model, moodState: string) => stack.api.post('/api/v1/mood/update', { moodState }, model.token);
const history = (model: Model, headers: Record<string, string> = {}) =>
  stack.api.call('GET', `/api/v1/mood/${model.id}/history`, { token: model.token, headers });

/** A model whose first change the replica has, and whose second one it has not. The API reads the replica then. @returns when that was made. */
async function behind(): Promise<{ model: Model; changedAt: number }> {
  const model = await stack.createModel();
  await change(model, 'positive');
  await eventually(
    () => replica.database.query(`SELECT FROM mood_transition_logs WHERE model_id = $1`, [model.id]),
    ({ length }) => length === 1,
    30_000,
  );
  await replica.pause();
  const { body } = await change(model, 'negative');
  // The API looks at the replica once a second.
  await eventually(
    () => history(model),
    (answer) => answer.body.total === 1,
    30_000,
  );
  return { model, changedAt: Date.parse(body.lastUpdated) };
}

describe('an API with a replica that is behind', () => {
  let model: Model;
  let changedAt: number;
  beforeAll(async () => {
    ({ model, changedAt } = await behind());
  });
  afterAll(() => replica.resume());

  test.each([
    ['history', () => history(model), (answer: Answer) => answer.body.history.length],
    [
      'the audit viewer',
      () => stack.api.get(`/api/v1/admin/mood/audit?modelId=${model.id}`, admin),
      (answer: Answer) => answer.body.entries.length,
    ],
  ] as const)('reads %s from it, and says as of when', async (_what, ask, entriesOf) => {
    const answer = await ask();
    expect([answer.status, entriesOf(answer)]).toEqual([200, 1]);
    expect(answer.headers.get('as-of')).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    expect(asOf(answer)).toBeLessThanOrEqual(changedAt);
    expect(asOf(answer)).toBeGreaterThan(changedAt - 600_000);
  });

  test('exports from it, too', async () => {
    const answer = await fetch(`${stack.api.url}/api/v1/admin/mood/audit/export?modelId=${model.id}`, {
      headers: { authorization: `Bearer ${admin}` },
    });
    expect((await answer.text()).trim().split('\n')).toHaveLength(1);
    expect(Date.parse(answer.headers.get('as-of') ?? '')).toBeLessThanOrEqual(changedAt);
  });

  test('counts analytics up to then', async () => {
    const answer = await stack.api.get('/api/v1/admin/mood/analytics/summary', admin);
    expect(answer.status).toBe(200);
    expect(asOf(answer)).toBeLessThanOrEqual(changedAt);
    expect(Date.parse(answer.body.asOf)).toBeLessThanOrEqual(changedAt);
  });

  test('reads the present for who asks for it', async () => {
    const answer = await history(model, { 'cache-control': 'no-cache' });
    expect(answer.body.total).toBe(2);
    expect(asOf(answer)).toBeGreaterThanOrEqual(changedAt);
  });

  test('shows people of the panel what they have just done there', async () => {
    const panel = createPanelClient(stack.api.url);
    await panel.signIn(model.id);
    const seen = async () => (await panel.call('GET', `/panel/api/v1/mood/${model.id}/history`)).json();
    expect(await seen()).toMatchObject({ total: 1 });
    const made = await panel.call('POST', '/panel/api/v1/mood/update', { json: { moodState: 'positive' } });
    expect(made.status).toBe(200);
    expect(made.headers.getSetCookie().find((cookie) => cookie.startsWith('mood-wrote='))).toMatch(
      /Path=\/panel\/api.*HttpOnly; SameSite=Strict/,
    );
    expect(await seen()).toMatchObject({ total: 3 });
    expect((await history(model)).body.total).toBe(1);
  });

  test('shows everything once the replica has it', async () => {
    await replica.resume();
    const answer = await eventually(
      () => history(model),
      ({ body }) => body.total === 3,
      30_000,
    );
    expect(asOf(answer)).toBeGreaterThan(0);
  });
});

describe('a replica', () => {
  const connect = (databaseUrl: string) =>
    connectDatabase({
      databaseUrl,
      poolMax: 2,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 20_000,
      applicationName: 'replica-test',
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
  const logger = createLogger({ name: 'test', level: 'silent' });
  const where = { name: 'test-where', text: 'SELECT pg_is_in_recovery() AS standby' };
  let database: Database;
  beforeAll(() => {
    database = connect(primary.database.url);
  });
  afterAll(() => database.close());

  test('that is too far behind is passed over until it has caught up', async () => {
    let ahead = 0;
    const clock = () => new Date(Date.now() + ahead);
    const reads = createReadReplica(database, connect(replica.database.url), { maxLagMs: 600_000, clock, logger, lookEveryMs: 50 });
    await reads.start();
    try {
      const first = await eventually(
        async () => reads.asOf(),
        (at) => at !== undefined,
        30_000,
      );
      expect(reads.lagSeconds()).toBeLessThan(600);
      ahead = 1_200_000;
      expect([reads.asOf(), (reads.lagSeconds() ?? 0) > 600]).toEqual([undefined, true]);
      ahead = 0;
      const later = await eventually(
        async () => reads.asOf(),
        (at) => at !== undefined && first !== undefined && at > first,
        30_000,
      );
      expect(later).toBeInstanceOf(Date);
    } finally {
      await reads.stop();
    }
  });

  test('is none when it replays nothing: it is the primary itself, or was promoted', async () => {
    const log = createCapturedLog();
    const reads = createReadReplica(database, connect(primary.database.url), {
      maxLagMs: 600_000,
      clock: () => new Date(),
      logger: log.logger,
      lookEveryMs: 50,
    });
    await reads.start();
    try {
      await eventually(
        async () => log.text(),
        (text) => text.includes('leads to no replica'),
        30_000,
      );
      expect(reads.asOf()).toBeUndefined();
      expect(await reads.database.query(where, [])).toEqual([{ standby: false }]);
    } finally {
      await reads.stop();
    }
  });

  test('that is killed fails nobody: the primary answers, and it is used again when it is back', async () => {
    const { model } = await behind();
    await replica.resume();
    await eventually(
      () => history(model),
      ({ body }) => body.total === 2,
      30_000,
    );
    const killed = replica.server.kill();
    for (let ask = 0; ask < 20; ask += 1) {
      const answer = await history(model);
      expect([answer.status, answer.body.total]).toEqual([200, 2]);
      if (ask === 10) await killed;
    }
    const { body } = await change(model, 'neutral');
    const answer = await history(model);
    expect([answer.body.total, asOf(answer) >= Date.parse(body.lastUpdated)]).toEqual([3, true]);
    await replica.server.start();
    await behind();
    await replica.resume();
  });
});
