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

  describe('that rests', () => {
    /** @param outcomes of the rounds. @returns when each began, and a promise of so many. */
    async function startResting(outcomes: ('idle' | 'rest')[], times: { idleMs: number; restMs: number }) {
      const begun: number[] = [];
      const reached = outcomes.map(() => Promise.withResolvers<void>());
      const { loop } = await startLoop({
        ...times,
        round: async () => {
          begun.push(performance.now());
          reached[begun.length - 1]?.resolve();
          return outcomes[begun.length - 1] ?? 'idle';
        },
      });
      return { loop, begun, rounds: (count: number) => reached[count - 1]?.promise };
    }

    test('goes on when it is woken, and not sooner after its round than when it is idle', async () => {
      const { loop, begun, rounds } = await startResting(['rest', 'rest'], { idleMs: 50, restMs: 3_600_000 });
      await rounds(1);
      loop.wake();
      await rounds(2);
      // A timer may be a millisecond early.
      expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(49);
    });

    test('goes on by itself when its rest is over', async () => {
      const { begun, rounds } = await startResting(['rest', 'rest'], { idleMs: 1, restMs: 50 });
      await rounds(2);
      expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(49);
    });

    test('is not woken from what is no rest, and does not wait for its end when it is stopped', async () => {
      const { loop, begun, rounds } = await startResting(['idle'], { idleMs: 3_600_000, restMs: 3_600_000 });
      await rounds(1);
      loop.wake();
      await loop.stop();
      expect(begun).toHaveLength(1);
      const { loop: resting, rounds: restingRounds } = await startResting(['rest'], { idleMs: 0, restMs: 3_600_000 });
      await restingRounds(1);
      await resting.stop();
    });
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
