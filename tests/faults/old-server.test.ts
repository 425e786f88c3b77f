import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileCache } from '@mood/testing/compile-cache';
import { startDebianPostgres } from '@mood/testing/debian-postgres';
import type { DebianPostgres } from '@mood/testing/debian-postgres';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import { eventually } from '@mood/testing/eventually';

const root = path.resolve(import.meta.dirname, '../..');
let old: DebianPostgres;
beforeAll(async () => {
  old = await startDebianPostgres();
});
afterAll(async () => old?.stop());

const words = () => `PostgreSQL 18 or newer is needed, this is ${old.version}`;

test.each(['apps/cli/src/migrate.ts', 'apps/cli/src/audit-verify.ts', 'apps/cli/src/audit-rotate-keys.ts'])(
  'a server that is too old: %s says so and which it is, and ends with 1',
  async (entry) => {
    const env = {
      PATH: process.env['PATH'],
      ...compileCache,
      DATABASE_URL: old.url,
      AUDIT_MASTER_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      SESSION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    };
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile(process.execPath, [path.join(root, entry)], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code, said: stdout + stderr }),
      );
    });
    expect(said).toContain(words());
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  },
);

test.each(['apps/api/src/main.ts', 'apps/worker/src/main.ts'])('%s runs, is not ready, and says it', async (entry) => {
  const [port, metrics, issuer] = [await freePort(), await freePort(), 'http://127.0.0.1:9'];
  const services = ['AUTH_SERVICE', 'USER_SERVICE', 'PERFORMER_SERVICE', 'MESSAGE_SERVICE', 'ANALYTICS_SERVICE'];
  const started = startNodeProcess(entry, {
    ...Object.fromEntries(services.map((name) => [`${name}_URL`, issuer])),
    AUTH_ISSUER: issuer,
    DATABASE_URL: old.url,
    PORT: String(port),
    METRICS_PORT: String(metrics),
    MOOD_MODE: 'embedded',
    AUDIT_MASTER_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    SESSION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    // The worker has no start to report before its queues are there: it is asked on the port for operations.
    REDIS_URL: process.env['TEST_REDIS_URL'] ?? '',
  });
  const readyz = async () => {
    try {
      return (await fetch(`http://127.0.0.1:${metrics}/readyz`)).status;
    } catch {
      return 0;
    }
  };
  expect(await eventually(readyz, (status) => status !== 0, 30_000)).toBe(503);
  const running = await started;
  await eventually(
    async () =>
      running
        .output()
        .split('\n')
        .filter((line) => line.includes(words())).length,
    (lines) => lines === 1,
    10_000,
  );
  await running.stop();
});
