import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let stack: Stack;
const started: NodeProcess[] = [];

beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await Promise.all(started.map((child) => child.stop()));
  await stack.stop();
});

async function start(entry: string, env: Record<string, string> = {}) {
  const metricsPort = String(await freePort());
  const child = await startNodeProcess(entry, { ...stack.env, PORT: String(await freePort()), METRICS_PORT: metricsPort, ...env });
  started.push(child);
  const readyz = async () => (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status;
  const saysReady = () => child.output().includes('"msg":"ready"');
  return { child, readyz, saysReady };
}

describe('the line "ready"', () => {
  test.each(['apps/api/src/main.ts', 'apps/worker/src/main.ts'])('of %s comes when /readyz says so, and not before', async (entry) => {
    const { readyz, saysReady } = await start(entry);
    await eventually(async () => saysReady(), Boolean);
    expect(await readyz()).toBe(200);
  });

  test('does not come while the database is away; a line says that the API has started and is not ready', async () => {
    const { child, readyz, saysReady } = await start('apps/api/src/main.ts', {
      DATABASE_URL: `postgres://mood:long-enough-for-a-test@127.0.0.1:${await freePort()}/mood`,
    });
    await eventually(
      async () => child.output(),
      (output) => output.includes('started, and not ready yet'),
    );
    expect([await readyz(), saysReady()]).toEqual([503, false]);
  });
});

describe('an exercise', () => {
  test.each(['error', 'rate-limited', 'timeout', 'drop-after-effect'] as const)(
    'with a message service that is set to %s is seen as degraded',
    async (mode) => {
      await stack.platform.setFault('messages', mode);
      const degraded = await eventually(
        async () => (await stack.api.get('/health')).body,
        (body) => body.status === 'degraded',
      );
      expect(degraded.checks).toMatchObject({ database: { status: 'healthy' }, messageService: { status: 'down' } });
      await stack.platform.setFault('messages', 'ok');
      await eventually(
        async () => (await stack.api.get('/health')).body.status,
        (status) => status === 'healthy',
      );
    },
  );
});
