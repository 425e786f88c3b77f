import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createReadiness } from './readiness.ts';

/** A worker in which all goes on but what is named. @returns whether it is ready, and what a scrape says. */
async function readyWithout(...missing: ('open' | 'fit' | 'moving' | 'taking')[]) {
  const registry = new Registry();
  const isReady = createReadiness(
    {
      admission: { isOpen: () => !missing.includes('open') },
      database: { isFit: () => !missing.includes('fit') },
      progress: { isMoving: () => !missing.includes('moving') },
      jobs: { isTakingJobs: () => !missing.includes('taking') },
    },
    registry,
  );
  const [scraped] = (await registry.getSingleMetric('mood_worker_ready')?.get())?.values ?? [];
  return [await isReady(), scraped?.value];
}

describe('a worker', () => {
  test('is ready when it is open, its database fits, and relay and queues go on', async () => {
    expect(await readyWithout()).toEqual([true, 1]);
  });

  test.each(['open', 'fit', 'moving', 'taking'] as const)('is not ready when it is not %s', async (missing) => {
    expect(await readyWithout(missing)).toEqual([false, 0]);
  });
});
