import { afterEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@mood/runtime';
import { until } from '@mood/testing/eventually';
import { createQueueBackend } from './backend.ts';
import type { QueueBackend } from './backend.ts';
import { startCanaries } from './canary.ts';
import type { Canaries } from './canary.ts';
import { queueNames } from './catalog.ts';

const [queue] = queueNames;
const healthyForMs = 20;
let canaries: Canaries | undefined;
afterEach(() => canaries?.stop());

/** Canaries of queues that let them through at once, or not at all. */
function startUnderTest() {
  const state = { isOpen: true, endedAt: -Infinity, sentAt: [] as number[] };
  const jobs = new Set<string>();
  const backend: QueueBackend = {
    ...createQueueBackend({ databaseUrl: 'postgres://127.0.0.1:1/none' }),
    createQueue(name) {
      const asked = {
        async add(_: string, __: object, { jobId }: { jobId: string }) {
          if (name === queue) state.sentAt.push(performance.now());
          if (!state.isOpen) jobs.add(jobId);
        },
        getJob: async (jobId: string) => (jobs.has(jobId) ? {} : undefined),
        isPaused: async () => false,
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what canaries ask of a queue
      return asked as unknown as ReturnType<QueueBackend['createQueue']>;
    },
  };
  const started = startCanaries(
    backend,
    { lookEveryMs: 2, healthyForMs },
    () => performance.now() - state.endedAt,
    createLogger({ name: 'test', level: 'silent' }),
  );
  canaries = started;
  return { state, canaries: started };
}

describe('canaries', () => {
  test('are sent less and less often through a queue that has nothing else to do, and as at first when it had', async () => {
    const { state } = startUnderTest();
    await until(() => state.sentAt.length > 5);
    const gaps = state.sentAt.slice(1).map((at, index) => at - (state.sentAt[index] ?? 0));
    for (const [index, times] of [2, 4, 8, 8, 8].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(healthyForMs * times - 1);
    // A job ends: what comes next is judged by it.
    state.endedAt = performance.now();
    const before = state.sentAt.length;
    await until(() => state.sentAt.length > before);
    expect((state.sentAt[before] ?? 0) - state.endedAt).toBeGreaterThanOrEqual(healthyForMs - 1);
  });

  test('that are not due are not missed, and those that do not come through are', async () => {
    const { state, canaries: underTest } = startUnderTest();
    expect(underTest.stuckFor(queue)).toBe(Infinity);
    await until(() => state.sentAt.length > 2 && underTest.stuckFor(queue) === healthyForMs);
    state.isOpen = false;
    const sent = state.sentAt.length;
    await until(() => underTest.stuckFor(queue) > 20 * healthyForMs);
    // The one that stays out is waited for.
    expect(state.sentAt.length).toBeLessThanOrEqual(sent + 1);
  });
});
