import { afterEach, describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import type { Service } from './lifecycle.ts';
import { createLoop } from './loop.ts';
import type { LoopOptions } from './loop.ts';

const started: Service[] = [];
afterEach(() => Promise.all(started.splice(0).map((loop) => loop.stop())));

async function startLoop(options: Pick<LoopOptions, 'round'> & Partial<LoopOptions>) {
  const log = createCapturedLog();
  const loop = createLoop({ name: 'test loop', idleMs: 60_000, logger: log.logger, ...options });
  started.push(loop);
  await loop.start();
  return { loop, lines: log.lines };
}

describe('a loop', () => {
  test('goes on at once while there is more, and rests when there is not', async () => {
    let rounds = 0;
    const rested = Promise.withResolvers<void>();
    const { loop } = await startLoop({
      round: async () => {
        rounds += 1;
        if (rounds < 5) return 'more';
        rested.resolve();
        return 'idle';
      },
    });
    await rested.promise;
    await loop.stop();
    expect(rounds).toBe(5);
  });

  test('that is started twice runs once', async () => {
    let rounds = 0;
    const { loop } = await startLoop({
      round: async () => {
        rounds += 1;
        return 'idle';
      },
    });
    await loop.start();
    await loop.stop();
    expect(rounds).toBe(1);
  });

  test('stops only when the round that runs is over, and tells that round', async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const release = Promise.withResolvers<void>();
    let over = false;
    const { loop } = await startLoop({
      round: async (signal) => {
        begun.resolve(signal);
        await release.promise;
        over = true;
        return 'more';
      },
    });
    const signal = await begun.promise;
    expect(signal.aborted).toBe(false);
    let stopped = false;
    const stopping = (async () => {
      await loop.stop();
      stopped = true;
    })();
    expect(signal.aborted).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect([over, stopped]).toEqual([false, false]);
    release.resolve();
    await stopping;
    expect(over).toBe(true);
  });

  test('does not wait for its rest to be over when it is stopped', async () => {
    const rested = Promise.withResolvers<void>();
    const { loop } = await startLoop({
      idleMs: 3_600_000,
      round: async () => {
        rested.resolve();
        return 'idle';
      },
    });
    await rested.promise;
    await loop.stop();
    await loop.stop();
  });

  test('goes on after failures, with longer and longer rests up to 32 times, and starts over after a round that went well', async () => {
    const outcomes = [...Array.from({ length: 8 }, () => 'fail' as const), 'ok' as const, 'fail' as const, 'end' as const];
    const ended = Promise.withResolvers<void>();
    let round = 0;
    const { loop, lines } = await startLoop({
      failureMs: 1,
      idleMs: 1,
      round: async () => {
        const outcome = outcomes[round];
        round += 1;
        if (outcome === 'fail') throw new Error('database is away');
        if (outcome !== 'ok') ended.resolve();
        return 'idle';
      },
    });
    await ended.promise;
    await loop.stop();
    expect(lines.map((line) => [line.level, line['part'], line['failures'], line['nextRoundInMs']])).toEqual([
      ['warn', 'test loop', 1, 1],
      ['debug', 'test loop', 2, 2],
      ['debug', 'test loop', 3, 4],
      ['debug', 'test loop', 4, 8],
      ['debug', 'test loop', 5, 16],
      ['debug', 'test loop', 6, 32],
      ['debug', 'test loop', 7, 32],
      ['debug', 'test loop', 8, 32],
      ['debug', 'test loop', 1, 1],
    ]);
    expect(lines[0]).toMatchObject({ problem: 'database is away' });
  });
});
