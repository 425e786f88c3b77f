import { expect } from '@jest/globals';
import { moodStates } from '@mood/domain';
import type { AnalyticsReader, Slice } from '@mood/domain';
import type { Row } from './history.fixture.ts';
import { slowCount } from './slow-count.fixture.ts';

/** Everything that is read of moods, against the slow count. @param slices that end before now, or with it. */
export async function compareWithLog(reader: AnalyticsReader, rows: readonly Row[], slices: readonly Slice[], now: number): Promise<void> {
  const slow = slowCount(rows, now);
  const [byState, byChanger, times] = await Promise.all([
    reader.sums({ facts: ['changes'], slices, groupBy: 'state' }),
    reader.sums({ facts: ['changes'], slices, groupBy: 'changed_by' }),
    reader.sums({ facts: ['state_time'], slices, groupBy: 'state' }),
  ]);
  const numberOf = (sums: typeof byState, slice: number, group: string) => sums.find((sum) => sum.slice === slice && sum.group === group);
  for (const [index, slice] of slices.entries()) {
    for (const state of moodStates) {
      const changes = (['model', 'admin', 'system'] as const).map((by) => slow.changes(slice, by, state)).reduce((a, b) => a + b);
      expect([state, numberOf(byState, index, state)?.n ?? 0]).toEqual([state, changes]);
      expect(numberOf(times, index, state)?.total ?? 0).toBeCloseTo(slow.secondsIn(slice, state), 2);
    }
    for (const by of ['model', 'admin', 'system'] as const) {
      const changes = moodStates.map((state) => slow.changes(slice, by, state)).reduce((a, b) => a + b);
      expect([by, numberOf(byChanger, index, by)?.n ?? 0]).toEqual([by, changes]);
    }
  }
  const ends = slices.map(({ end }) => end);
  const adoption = await reader.adoption(ends);
  expect(adoption.map(({ adopted7d, adopted30d }) => [adopted7d, adopted30d])).toEqual(
    ends.map((end) => [slow.adopted(end.getTime(), 7), slow.adopted(end.getTime(), 30)]),
  );
  const perModel = slices.map((slice) => ({ days: [slice] }));
  expect(await reader.changesPerModel(perModel)).toEqual(perModel.map(({ days }) => slow.changesPerModel(days)));
  expect(await reader.changesPerModel([{ days: slices }])).toEqual([slow.changesPerModel(slices)]);
  const durations = [...(await reader.moodDurations(slices, false)), ...(await reader.moodDurations(slices, true))];
  for (const [index, slice] of slices.entries())
    for (const ended of ['all', 'hand', 'time', 'override'] as const) {
      const found = durations.find((one) => one.slice === index && one.ended === ended)?.medianSeconds;
      const expected = slow.medianSeconds(slice, ended);
      if (expected === undefined) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo(expected, 3);
    }
  const period = { start: slices[0]?.start ?? new Date(), end: slices.at(-1)?.end ?? new Date() };
  expect(await reader.top({ metric: 'changes', period, limit: 3 })).toEqual(slow.top(period, 3));
}
