import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import { startStopwatch } from '@mood/testing/processor-time';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const local = (port: number) => `http://127.0.0.1:${port}`;
const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status;

describe('a shutdown', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  test('turns load balancers away first, goes on for its delay, and ends with 0', async () => {
    const [port, opsPort] = [await freePort(), await freePort()];
    const env = { ...stack.env, PORT: String(port), METRICS_PORT: String(opsPort), SHUTDOWN_DELAY_MS: '3000' };
    const api = await startNodeProcess('apps/api/src/main.ts', env);
    const client = await createApiClient(local(port));
    expect(await readiness(local(port))).toBe(200);
    const model = await stack.createModel();

    const began = Date.now();
    const elapsed = startStopwatch();
    api.kill('SIGTERM');
    await eventually(
      () => readiness(local(port)),
      (status) => status === 503,
      1_000,
    );
    expect(await readiness(local(opsPort))).toBe(503);
    expect((await client.get('/livez')).status).toBe(200);
    expect((await client.get('/health')).status).toBe(200);
    expect((await client.post('/api/v1/mood/update', { moodState: 'positive' }, model.token)).status).toBe(200);
    expect(elapsed()).toBeLessThan(3_000);
    expect(await api.exited).toBe(0);
    expect(Date.now() - began).toBeGreaterThanOrEqual(3_000);
  });

  test('without a delay is over at once', async () => {
    const api = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: String(await freePort()) });
    const elapsed = startStopwatch();
    await api.stop();
    expect(elapsed()).toBeLessThan(5_000);
  });

  test('a port for operations that is taken stops the start, with words that say so', async () => {
    const env = { ...stack.env, METRICS_PORT: stack.env['SANDBOX_PORT'] ?? '' };
    await expect(startNodeProcess('apps/worker/src/main.ts', env)).rejects.toThrow(/set METRICS_PORT to another one/);
  });
});
