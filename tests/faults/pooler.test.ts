import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileCache } from '@mood/testing/compile-cache';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startPgBouncer } from '@mood/testing/pgbouncer';
import type { PgBouncer, PoolMode } from '@mood/testing/pgbouncer';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const root = path.resolve(import.meta.dirname, '../..');
let postgres: OwnPostgres;
let pooler: PgBouncer;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  pooler = await startPgBouncer([postgres.database.serviceUrl, postgres.database.url]);
});
afterAll(async () => {
  await pooler?.stop();
  await postgres?.remove();
});

/** A command of operators. @returns its exit code and what it wrote. */
const run = (entry: string, databaseUrl: string) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], ...compileCache, DATABASE_URL: databaseUrl };
    execFile(process.execPath, [path.join(root, entry)], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr }),
    );
  });

describe('through a pooler that keeps sessions', () => {
  let stack: Stack;
  let worker: NodeProcess;
  let workerUrl: string;
  beforeAll(async () => {
    const serviceUrl = pooler.url(postgres.database.serviceUrl, 'session');
    stack = await startStack({ database: { ...postgres.database, serviceUrl } });
    const port = await freePort();
    workerUrl = `http://127.0.0.1:${port}`;
    worker = await startNodeProcess('apps/worker/src/main.ts', { ...stack.env, METRICS_PORT: String(port) });
  });
  afterAll(async () => {
    await worker?.stop();
    await stack?.stop();
  });

  test('60 updates at once are made, and read as they were set', async () => {
    const models = await Promise.all(Array.from({ length: 60 }, () => stack.createModel()));
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const update = { moodState: 'positive', customMessage: 'Through the pooler', expiresAt };
    const updated = await Promise.all(models.map(({ token }) => stack.api.post('/api/v1/mood/update', update, token)));
    expect(updated.map(({ status }) => status)).toEqual(models.map(() => 200));
    const read = await Promise.all(models.map(({ id, token }) => stack.api.get(`/api/v1/mood/${id}`, token)));
    expect(read.map(({ body }) => [body.customMessage, body.expiresAt])).toEqual(models.map(() => [update.customMessage, expiresAt]));
  });

  test('API and worker are ready, and jobs run', async () => {
    expect((await stack.api.get('/health')).body.status).toBe('healthy');
    const ready = await eventually(
      async () => (await fetch(`${workerUrl}/readyz`)).status,
      (status) => status === 200,
      20_000,
    );
    expect(ready).toBe(200);
  });

  test.each(['apps/cli/src/migrate.ts', 'apps/cli/src/audit-verify.ts'])('%s works', async (entry) => {
    expect(await run(entry, pooler.url(postgres.database.url, 'session'))).toMatchObject({ code: 0 });
  });
});

describe.each<PoolMode>(['transaction', 'statement'])('through a pooler that gives each %s another session', (mode) => {
  const refusal = /DATABASE_URL leads to a pooler .*: set pool_mode = session for this database, or name the PostgreSQL server itself/;

  test.each(['apps/api/src/main.ts', 'apps/worker/src/main.ts'])('%s is refused at its start in one line', async (entry) => {
    const serviceUrl = pooler.url(postgres.database.serviceUrl, mode);
    const [port, issuer] = [await freePort(), 'http://127.0.0.1:9'];
    const services = ['AUTH_SERVICE', 'USER_SERVICE', 'PERFORMER_SERVICE', 'MESSAGE_SERVICE', 'ANALYTICS_SERVICE'];
    const env = {
      ...Object.fromEntries(services.map((name) => [`${name}_URL`, issuer])),
      AUTH_ISSUER: issuer,
      DATABASE_URL: serviceUrl,
      PORT: String(port),
      MOOD_MODE: 'embedded',
      AUDIT_MASTER_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      SESSION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    };
    const ended = await startNodeProcess(entry, env).then(
      () => 'it is ready',
      (error: unknown) => String(error),
    );
    expect(ended).toContain('ended with 1');
    expect(ended.split('\n').filter((line) => refusal.test(line))).toHaveLength(1);
  });

  test.each(['apps/cli/src/migrate.ts', 'apps/cli/src/audit-verify.ts'])('%s is refused, too', async (entry) => {
    const { code, said } = await run(entry, pooler.url(postgres.database.url, mode));
    expect(said).toMatch(refusal);
    expect(said).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
  });
});
