import { describe, expect, test } from '@jest/globals';
import { createLogger } from '@mood/runtime';
import { createClockOf, createDatabaseClock } from './database-clock.ts';
import type { DatabaseClock } from './database-clock.ts';
import { openDatabaseUnderTest } from './database.fixture.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

interface Answer {
  /** Milliseconds on the way there and back. */
  there: number;
  back: number;
}

/**
 * A process and a database whose clocks the test turns. The clock looks whenever it is started.
 * @param slowAnswers after how many answers the database is as quick as it can be.
 */
function setUp({ slowAnswers = Infinity } = {}) {
  let answers = 0;
  const world = { monotonicMs: 50_000, databaseMs: Date.parse('2026-03-01T12:00:00Z'), answer: { there: 1, back: 1 } as Answer | 'none' };
  const pass = (ms: number) => {
    world.monotonicMs += ms;
    world.databaseMs += ms;
  };
  const clock = createClockOf(
    async () => {
      if (world.answer === 'none') throw new Error('the database is away');
      answers += 1;
      const { there, back } = answers > slowAnswers ? { there: 1, back: 1 } : world.answer;
      pass(there);
      const said = world.databaseMs;
      pass(back);
      return said;
    },
    { logger, lookEveryMs: 3_600_000, monotonic: () => world.monotonicMs, fallback: () => new Date(0) },
  );
  const errorMs = () => clock.now().getTime() - world.databaseMs;
  return { world, pass, clock, errorMs };
}

/** Looks again. */
async function look(clock: DatabaseClock): Promise<void> {
  await clock.start();
}

describe('the time by the database’s clock', () => {
  test('is that of the host while the database has not answered yet', async () => {
    const { world, clock } = setUp();
    world.answer = 'none';
    await look(clock);
    expect(clock.now()).toEqual(new Date(0));
    await clock.stop();
  });

  test.each([
    [{ there: 0, back: 0 }, 0],
    [{ there: 1, back: 1 }, 0],
    [{ there: 40, back: 40 }, 0],
    [{ there: 0, back: 40 }, 20],
    [{ there: 40, back: 0 }, 20],
    [{ there: 300, back: 0 }, 150],
  ])('is off by half of the answer’s time at most: %j', async (answer, most) => {
    const { world, clock, errorMs } = setUp();
    world.answer = answer;
    await look(clock);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(most + 1);
    await clock.stop();
  });

  test('is known at the start by the quickest of a few answers', async () => {
    const { world, clock, errorMs } = setUp({ slowAnswers: 4 });
    world.answer = { there: 0, back: 600 };
    await look(clock);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(1);
    await clock.stop();
  });

  test('goes on with a clock that nobody sets while the database is away', async () => {
    const { world, pass, clock, errorMs } = setUp();
    await look(clock);
    world.answer = 'none';
    pass(3_600_000);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(1);
    await clock.stop();
  });

  test('is not made worse by an answer that took long', async () => {
    const { world, clock, errorMs } = setUp();
    await look(clock);
    world.answer = { there: 900, back: 0 };
    await look(clock);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(1);
    await clock.stop();
  });

  test.each([-86_400_000, -5_000, -50, 50, 5_000, 86_400_000])('follows a clock that somebody sets by %d ms', async (stepMs) => {
    const { world, clock, errorMs } = setUp();
    await look(clock);
    world.databaseMs += stepMs;
    await look(clock);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(2);
    await clock.stop();
  });

  test('follows clocks that drift apart', async () => {
    const { world, pass, clock, errorMs } = setUp();
    for (let turn = 0; turn < 600; turn += 1) {
      world.answer = { there: 1 + (turn % 7), back: 1 };
      await look(clock);
      pass(1_000);
      world.databaseMs += 0.1;
      expect(Math.abs(errorMs())).toBeLessThanOrEqual(10);
    }
    await clock.stop();
  });

  test('is PostgreSQL’s', async () => {
    const opened = await openDatabaseUnderTest();
    const clock = createDatabaseClock(opened.database, { logger, fallback: () => new Date(0) });
    await clock.start();
    const before = clock.now().getTime();
    const { rows } = await opened.sql.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const after = clock.now().getTime();
    // The quickest look on a busy machine may have taken a while.
    expect(rows[0]?.now.getTime()).toBeGreaterThanOrEqual(before - 250);
    expect(rows[0]?.now.getTime()).toBeLessThanOrEqual(after + 250);
    await clock.stop();
    await opened.close();
  });
});
