import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startStopwatch } from '@mood/testing/processor-time';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const local = (port: number) => `http://127.0.0.1:${port}`;
/** In the second round there is a cache. */
const ofCache = process.env['TEST_QUEUE_STORE'] === 'redis' ? 'healthy' : 'not configured';

/** The status and the body of a page of operations. */
async function ask(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const readiness = async (url: string) => (await ask(`${url}/readyz`)).status;

describe('the health of a system', () => {
  let postgres: OwnPostgres;
  let stack: Stack;
  let opsUrl: string;
  let workerUrl: string;
  let messageService: Server;
  let messagePort: number;
  const listen = () => new Promise<void>((resolve) => messageService.listen(messagePort, '127.0.0.1', resolve));

  beforeAll(async () => {
    postgres = await startOwnPostgres();
    messagePort = await freePort();
    messageService = createServer((_request, response) => response.writeHead(404).end());
    await listen();
    const opsPort = await freePort();
    opsUrl = local(opsPort);
    const workerPort = await freePort();
    workerUrl = local(workerPort);
    stack = await startStack({
      database: postgres.database,
      workers: 1,
      env: { METRICS_PORT: String(opsPort), MESSAGE_SERVICE_URL: local(messagePort) },
      envOf: { worker: { METRICS_PORT: String(workerPort) } },
    });
    // A process that got no processor for a while at the start has closed the cache, for a second.
    await eventually(health, ({ body }) => body.status === 'healthy', 30_000);
  });
  afterAll(async () => {
    await stack?.stop();
    messageService?.close();
    messageService?.closeAllConnections();
    await postgres?.remove();
  });

  const health = () => stack.api.get('/health');
  const statuses = (body: { checks: Record<string, { status: string }> }) =>
    Object.fromEntries(Object.entries(body.checks).map(([name, { status }]) => [name, status]));

  const others = { authService: 'healthy', userService: 'healthy', performerService: 'healthy', analyticsService: 'healthy' };

  test('is good when everything answers, and says how fast', async () => {
    const { status, body } = await health();
    expect([status, body.status]).toEqual([200, 'healthy']);
    expect(statuses(body)).toEqual({ ...others, database: 'healthy', cache: ofCache, messageService: 'healthy' });
    expect(body.checks.database.latencyMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(Date.now() - Date.parse(body.timestamp))).toBeLessThan(5_000);
    expect((await ask(`${opsUrl}/health`)).body['status']).toBe('healthy');
  });

  test('is asked of the parts once a second at most', async () => {
    let asked = 0;
    const count = () => (asked += 1);
    messageService.on('request', count);
    const began = Date.now();
    await Promise.all(Array.from({ length: 200 }, health));
    expect(asked).toBeLessThanOrEqual(2 + Math.ceil((Date.now() - began) / 1_000));
    messageService.off('request', count);
  });

  test('is degraded, and still 200, without the message service, and good again with it', async () => {
    const closed = new Promise((resolve) => messageService.close(resolve));
    messageService.closeAllConnections();
    await closed;
    const degraded = await eventually(health, ({ body }) => body.status === 'degraded', 5_000);
    expect(degraded.status).toBe(200);
    expect(statuses(degraded.body)).toEqual({ ...others, database: 'healthy', cache: ofCache, messageService: 'down' });
    expect(JSON.stringify(degraded.body)).not.toMatch(/127\.0\.0\.1|ECONN|fetch/);
    expect(await readiness(stack.api.url)).toBe(200);
    await listen();
    await eventually(health, ({ body }) => body.status === 'healthy', 5_000);
  });

  test('is degraded when the message service does not answer, and is itself told in time', async () => {
    const [answerWith404] = messageService.listeners('request');
    messageService.removeAllListeners('request');
    messageService.on('request', () => {});
    const degraded = await eventually(
      async () => {
        const elapsed = startStopwatch();
        const answer = await health();
        expect(elapsed()).toBeLessThan(2_000);
        return answer;
      },
      ({ body }) => body.status === 'degraded',
      5_000,
    );
    expect(degraded.body.checks.messageService.message).toBe('no answer within 1000 ms');
    messageService.removeAllListeners('request');
    messageService.on('request', (request, response) => answerWith404?.call(messageService, request, response));
    messageService.closeAllConnections();
    await eventually(health, ({ body }) => body.status === 'healthy', 5_000);
  });

  test('is down within two seconds without the database, names it, and recovers', async () => {
    await postgres.server.stop('immediate');
    const down = await eventually(health, ({ status }) => status === 503, 2_000);
    expect(down.body.status).toBe('down');
    expect(statuses(down.body)).toEqual({ ...others, database: 'down', cache: ofCache, messageService: 'healthy' });
    expect(JSON.stringify(down.body)).not.toMatch(/127\.0\.0\.1|ECONN|postgres|terminat/i);
    expect(await readiness(stack.api.url)).toBe(503);
    expect((await stack.api.get('/livez')).status).toBe(200);
    expect((await scrape(opsUrl)).value('mood_db_errors_total', { kind: 'connection' })).toBeGreaterThan(0);

    const ofWorker = await eventually(
      () => scrape(workerUrl),
      (now) => now.value('mood_worker_ready') === 0,
      20_000,
    );
    expect(await readiness(workerUrl)).toBe(503);
    expect(ofWorker.value('mood_db_errors_total', { kind: 'connection' })).toBeGreaterThan(0);
    await eventually(
      () => scrape(workerUrl),
      (now) => Number.isNaN(now.value('mood_outbox_pending')),
      20_000,
    );

    await postgres.server.start();
    await eventually(health, ({ body }) => body.status === 'healthy', 5_000);
    expect(await readiness(stack.api.url)).toBe(200);
    await eventually(
      () => readiness(workerUrl),
      (status) => status === 200,
      30_000,
    );
  });
});
