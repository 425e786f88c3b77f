import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { count } from '@mood/testing/counts';
import { startFlood, startIdleServer } from '@mood/testing/flood';
import { measureAgain } from '@mood/testing/measure-again';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

/** Milliseconds that a signed-in reader may wait, 99 times of 100, whatever anonymous callers do. */
const patience = 250;
/** How long a flood lasts at least, in milliseconds, and of how many readings and answers, to know the slowest of a hundred. */
const [floodMs, readings] = [count(10_000, 1_000), 200];

let idle: Awaited<ReturnType<typeof startIdleServer>>;
beforeAll(async () => {
  idle = await startIdleServer();
});
afterAll(() => idle?.stop());

describe.each([
  ['with the limits that the system has', {}],
  ['without a limit for anonymous callers', { ANONYMOUS_REQUESTS_PER_MINUTE_PER_IP: '0', REQUESTS_PER_MINUTE_PER_IP: '0' }],
])('a signed-in reader does not notice forty anonymous connections, %s', (_limits, env) => {
  let stack: Stack;
  let model: Model;
  beforeAll(async () => {
    stack = await startStack({ env: { TRUSTED_PROXIES: 'loopback', REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0', ...env } });
    model = await stack.createModel();
    await waits();
  });
  afterAll(() => stack?.stop());

  /** From another address than the flood, for as long as `isEnough` says no. @returns what 99 of 100 readings took at most, in milliseconds. */
  async function waits(isEnough = () => true): Promise<number> {
    const taken: number[] = [];
    const end = performance.now() + floodMs;
    while (performance.now() < end || taken.length < readings || !isEnough()) {
      const began = performance.now();
      const headers = { 'x-forwarded-for': '203.0.113.9' };
      const { status } = await stack.api.call('GET', `/api/v1/mood/${model.id}`, { token: model.token, headers });
      taken.push(performance.now() - began);
      expect(status).toBe(200);
    }
    return taken.toSorted((a, b) => a - b)[Math.floor(taken.length * 0.99)] ?? 0;
  }

  async function waitsDuring(url: string, path: string): Promise<{ p99: number; answers: Record<string, number> }> {
    const flood = startFlood(url, path);
    try {
      const p99 = await waits(() => flood.answered() > readings);
      return { p99, answers: await flood.stop() };
    } catch (error) {
      await flood.stop();
      throw error;
    }
  }

  test.each([
    ['/openapi.json', 200],
    ['/docs', 200],
    ['/livez', 200],
    ['/nowhere', 404],
    [`/api/v1/mood/${crypto.randomUUID()}`, 401],
  ])(
    '%s',
    async (path, status) => {
      const { waited, allowed } = await measureAgain(async () => {
        // What a flood costs on this machine just now that asks for next to nothing: of the API itself, or, for that, of another process.
        const floor = await (path === '/livez' ? waitsDuring(idle.url, path) : waitsDuring(stack.api.url, '/livez'));
        const { p99, answers } = await waitsDuring(stack.api.url, path);
        expect(Object.keys(answers).filter((answer) => answer !== String(status) && answer !== '429')).toEqual([]);
        expect(Object.values(answers).reduce((sum, some) => sum + some, 0)).toBeGreaterThan(readings);
        return { waited: p99, allowed: Math.max(patience, 5 * floor.p99) };
      });
      expect(waited).toBeLessThan(allowed);
    },
    240_000,
  );
});
