import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationRole, migrate } from '@mood/db';
import { migrateQueueSchema } from '@mood/queue';
import { Client } from 'pg';
import { databaseUrl } from '@mood/testing/database';
import { eventually, until } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { spawnNodeProcess, startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const service = 'mood_test_service';
const ofQueues = process.env['TEST_QUEUE_STORE'] === 'redis' ? 'redis' : 'postgres';

let postgres: OwnPostgres;
let stack: Stack;
let model: Model;
let opsUrl: string;
/** To another database of the same server: what is done to the database itself cannot be done from within it. */
let admin: Client;
const local = (port: number) => `http://127.0.0.1:${port}`;

beforeAll(async () => {
  postgres = await startOwnPostgres({ max_connections: '40' });
  admin = new Client({ connectionString: databaseUrl(postgres.database.url, 'postgres') });
  await admin.connect();
  const opsPort = await freePort();
  opsUrl = local(opsPort);
  stack = await startStack({
    database: postgres.database,
    env: { DATABASE_POOL_MAX: '4' },
    envOf: { api: { METRICS_PORT: String(opsPort) } },
  });
  await stack.startWorker();
  model = await stack.createModel();
  expect((await setMood()).status).toBe(200);
});
afterAll(async () => {
  await stack?.stop();
  await admin?.end();
  await postgres?.remove();
});

const setMood = () => stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, model.token);
const readMood = () => stack.api.get(`/api/v1/mood/${model.id}`, model.token);
const renderGreeting = async () =>
  stack.api.post(
    '/api/v1/mood/template/render',
    { modelId: model.id, templateType: 'greeting', variables: { userName: 'John' } },
    await stack.platform.token('service', undefined, { scope: 'mood:render' }),
  );
const isDegraded = ({ headers }: { headers: Headers }) => headers.get('mood-degraded') === 'true';
const connectionErrors = async () => (await scrape(opsUrl)).value('mood_db_errors_total', { kind: 'connection' }) ?? 0;
const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status;

/** Throws the processes out, so that they have to come back in. */
const disconnect = () =>
  admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'mood' AND usename = '${service}'`);

/** Changes of a mood are counted: the cheap things are asked first. */
async function allIsWell(): Promise<void> {
  await eventually(
    async () => [(await stack.api.get('/health')).body.status, await readiness(opsUrl), isDegraded(await readMood())],
    (seen) => seen.join() === 'healthy,200,false',
    20_000,
  );
  await eventually(setMood, ({ status }) => status === 200, 20_000);
}

interface Refusal {
  what: string;
  begin: string[];
  end: string[];
}

const refusals: Refusal[] = [
  {
    what: '28P01, another password',
    begin: [`ALTER ROLE ${service} PASSWORD 'another'`],
    end: [`ALTER ROLE ${service} PASSWORD 'known-to-every-test-process'`],
  },
  {
    what: '28P01, no password',
    begin: [`ALTER ROLE ${service} PASSWORD NULL`],
    end: [`ALTER ROLE ${service} PASSWORD 'known-to-every-test-process'`],
  },
  {
    what: '28P01, a password that has run out',
    begin: [`ALTER ROLE ${service} VALID UNTIL '2020-01-01'`],
    end: [`ALTER ROLE ${service} VALID UNTIL 'infinity'`],
  },
  { what: '28000, a role that may not log in', begin: [`ALTER ROLE ${service} NOLOGIN`], end: [`ALTER ROLE ${service} LOGIN`] },
  {
    what: '28000 or 28P01, a role that is gone',
    begin: [`ALTER ROLE ${service} RENAME TO somebody_else`],
    end: [`ALTER ROLE somebody_else RENAME TO ${service}`, `ALTER ROLE ${service} PASSWORD 'known-to-every-test-process'`],
  },
  {
    what: '55000, a database that takes no connections',
    begin: ['ALTER DATABASE mood ALLOW_CONNECTIONS false'],
    end: ['ALTER DATABASE mood ALLOW_CONNECTIONS true'],
  },
  {
    what: '3D000, a database of another name',
    begin: ['ALTER DATABASE mood RENAME TO elsewhere'],
    end: ['ALTER DATABASE elsewhere RENAME TO mood'],
  },
  {
    what: '53300, too many connections of the role',
    begin: [`ALTER ROLE ${service} CONNECTION LIMIT 0`],
    end: [`ALTER ROLE ${service} CONNECTION LIMIT -1`],
  },
  {
    what: '53300, too many connections to the database',
    begin: ['ALTER DATABASE mood CONNECTION LIMIT 0'],
    end: ['ALTER DATABASE mood CONNECTION LIMIT -1'],
  },
  {
    what: '42501, no right to connect',
    begin: ['REVOKE CONNECT ON DATABASE mood FROM PUBLIC'],
    end: ['GRANT CONNECT ON DATABASE mood TO PUBLIC'],
  },
];

const boardPath = '/ops/queues/api/queues';

describe('a database that answers and refuses', () => {
  test('is an outage to the queue board from the first question on', async () => {
    if (ofQueues === 'redis') return;
    const token = await stack.platform.token('admin');
    const askBoard = () => fetch(stack.api.url + boardPath, { headers: { authorization: `Bearer ${token}` } });
    await eventually(askBoard, ({ status }) => status === 200, 20_000);
    await disconnectAnd([`ALTER ROLE ${service} NOLOGIN`]);
    try {
      const answer = await askBoard();
      expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ error: 'SYSTEM_ERROR' })]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await disconnectAnd([`ALTER ROLE ${service} LOGIN`]);
    }
    await allIsWell();
  });

  test.each(refusals)('is an outage, and one that ends: $what', async ({ begin, end }) => {
    await allIsWell();
    const before = await connectionErrors();
    await disconnectAnd(begin);
    try {
      const read = await eventually(readMood, isDegraded, 10_000);
      expect([read.status, read.body.modelId]).toEqual([200, model.id]);
      const rendered = await renderGreeting();
      expect([rendered.status, isDegraded(rendered)]).toEqual([200, true]);
      const changed = await setMood();
      expect([changed.status, changed.body.error]).toEqual([503, 'SYSTEM_ERROR']);
      expect(Number(changed.headers.get('retry-after'))).toBeGreaterThan(0);
      const history = await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token);
      expect(history.status).toBe(503);
      expect(JSON.stringify([changed.body, history.body])).not.toMatch(/password|role|mood_test|FATAL|elsewhere/i);
      expect(await connectionErrors()).toBeGreaterThan(before);
      await eventually(
        async () => [(await stack.api.get('/health')).body.status, await readiness(opsUrl)],
        (seen) => seen.join() === 'down,503',
        10_000,
      );
    } finally {
      await disconnectAnd(end);
    }
    await allIsWell();
  });

  /** Some of it works only while nobody is connected. */
  async function disconnectAnd(statements: string[]): Promise<void> {
    for (const statement of statements) {
      await eventually(
        async () => {
          if (/RENAME/.test(statement))
            await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('mood', 'elsewhere')`);
          return admin.query(statement).then(
            () => 'done',
            (error: unknown) => String(error),
          );
        },
        (seen) => seen === 'done',
        20_000,
      );
    }
    await disconnect();
  }
});

describe('a database that is read-only', () => {
  beforeAll(async () => {
    await admin.query('ALTER DATABASE mood SET default_transaction_read_only = on');
    await disconnect();
  });
  afterAll(async () => {
    await admin.query('ALTER DATABASE mood RESET default_transaction_read_only');
    await disconnect();
    await allIsWell();
  });

  test('says in its health that nothing can be changed, and is read', async () => {
    const { status, body } = await eventually(
      () => stack.api.get('/health'),
      (seen) => seen.body.checks.database.status === 'read-only',
      10_000,
    );
    expect([status, body.status]).toEqual([503, 'down']);
    expect(body.checks.database.message).toContain('nothing can be changed');
    expect(await readiness(opsUrl)).toBe(200);
    const read = await readMood();
    expect([read.status, read.body.moodState, isDegraded(read)]).toEqual([200, 'positive', false]);
    const changed = await setMood();
    expect([changed.status, Number(changed.headers.get('retry-after')) > 0]).toEqual([503, true]);
  });
});

describe('a database that was never migrated', () => {
  let api: NodeProcess;
  let url: string;
  beforeAll(async () => {
    await admin.query('CREATE DATABASE empty');
    url = databaseUrl(postgres.database.url, 'empty');
  });
  afterAll(async () => {
    await Promise.all([api?.stop(), ofEmpty?.stop()]);
  });
  let ofEmpty: NodeProcess | undefined;

  test('leaves API and worker running and not ready, says once what to do, and is taken once it is migrated', async () => {
    const [port, apiOps, workerOps] = [await freePort(), await freePort(), await freePort()];
    const env = { ...stack.env, DATABASE_URL: databaseUrl(postgres.database.serviceUrl, 'empty'), QUEUE_SCHEMA: 'other_queues' };
    api = await startNodeProcess('apps/api/src/main.ts', { ...env, PORT: String(port), METRICS_PORT: String(apiOps) });
    const worker = spawnNodeProcess('apps/worker/src/main.ts', { ...env, METRICS_PORT: String(workerOps) });
    ofEmpty = worker;
    // With its queues in this database the worker has no start to report before they are there.
    if (ofQueues === 'redis') await worker.ready;
    expect(
      await eventually(
        () => readiness(local(workerOps)).catch(() => 0),
        (status) => status !== 0,
        20_000,
      ),
    ).toBe(503);

    const health = await (await fetch(`${local(apiOps)}/health`)).json();
    expect(health).toMatchObject({
      status: 'down',
      checks: { database: { status: 'down', message: 'does not fit this release: see the log' } },
    });
    expect(await readiness(local(apiOps))).toBe(503);
    const read = await fetch(`${local(port)}/api/v1/mood/${randomUUID()}`, { headers: { Authorization: `Bearer ${model.token}` } });
    expect([read.status, read.headers.get('mood-degraded')]).toEqual([200, 'true']);
    const changed = await fetch(`${local(port)}/api/v1/mood/update`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${model.token}`, 'Content-Type': 'application/json' },
      body: '{"moodState":"positive"}',
    });
    expect([changed.status, changed.headers.has('retry-after')]).toEqual([503, true]);
    const said = (process: NodeProcess) =>
      process
        .output()
        .split('\n')
        .filter((line) => /the schema is at nothing .*: npm run migrate/.test(line));
    expect(said(api)).toHaveLength(1);
    await until(() => said(worker).length > 0, 20_000);

    await migrate({ databaseUrl: url });
    await migrateQueueSchema({ databaseUrl: url, schema: 'other_queues', applicationRole });
    await worker.ready;
    for (const ops of [apiOps, workerOps])
      await eventually(
        () => readiness(local(ops)),
        (status) => status === 200,
        30_000,
      );
    for (const process of [api, worker]) expect(said(process)).toHaveLength(1);
  });
});
