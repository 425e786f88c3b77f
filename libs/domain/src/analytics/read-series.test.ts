import { describe, expect, jest, test } from '@jest/globals';
import { readerOf } from './analytics-reader.fake.ts';
import type { Happening } from './analytics-reader.fake.ts';
import { metrics } from './metrics.ts';
import type { AnalyticsReader } from './ports.ts';
import { maxIntervals, readSeries } from './read-series.ts';
import type { AskedSeries } from './read-series.ts';
import { summarise } from './summarise.ts';

const asOf = new Date('2026-11-30T19:07:00Z');
const days = { from: '2026-11-28', to: '2026-12-01', timeZone: 'UTC', interval: 'day' } as const;

async function valuesOf(happenings: readonly Happening[], asked: Partial<AskedSeries>, given: Partial<AnalyticsReader> = {}) {
  const { reader } = readerOf(happenings, asOf, given);
  const { rows } = await readSeries({ analytics: reader }, { metric: 'changes', ...days, ...asked });
  return rows.map(({ start, group, value }) => [start.toISOString().slice(8, 13), group, value]);
}

const change = (at: string, changed_by: string, state: string): Happening => ({ fact: 'changes', at, groups: { changed_by, state } });
const changes = [
  change('2026-11-27T23:59:59Z', 'model', 'negative'),
  change('2026-11-28T00:00:00Z', 'model', 'positive'),
  change('2026-11-30T10:00:00Z', 'admin', 'neutral'),
  change('2026-11-30T11:00:00Z', 'model', 'positive'),
  change('2026-12-01T00:00:00Z', 'model', 'positive'),
];

describe('a series', () => {
  test('has a row for every interval, with 0 where nothing was counted', async () => {
    expect(await valuesOf(changes, {})).toEqual([
      ['28T00', null, 1],
      ['29T00', null, 0],
      ['30T00', null, 2],
    ]);
  });

  test('has a row for every known group, in its order', async () => {
    expect(await valuesOf(changes, { groupBy: 'state', from: '2026-11-30' })).toEqual([
      ['30T00', 'neutral', 1],
      ['30T00', 'positive', 1],
      ['30T00', 'negative', 0],
    ]);
  });

  test('has in every interval the groups that were found, and one without group where none was', async () => {
    const ignored = [{ fact: 'replies_ignored', at: '2026-11-30T10:00:00Z', groups: { reason: 'cooling_down' } }] as const;
    const asked = { metric: 'replies_ignored', groupBy: 'reason', from: '2026-11-29' } as const;
    expect(await valuesOf(ignored, asked)).toEqual([
      ['29T00', 'cooling_down', 0],
      ['30T00', 'cooling_down', 1],
    ]);
    expect(await valuesOf([], asked)).toEqual([
      ['29T00', null, 0],
      ['30T00', null, 0],
    ]);
  });

  test('of a share is null, not 0, where there is nothing to divide by', async () => {
    const scores = [1, 4].map((total): Happening => ({
      fact: 'feedback_score',
      at: '2026-11-30T10:00:00Z',
      total,
      groups: { about: 'mood' },
    }));
    expect(await valuesOf(scores, { metric: 'feedback_score', from: '2026-11-29' })).toEqual([
      ['29T00', null, null],
      ['30T00', null, 2.5],
    ]);
    expect(await valuesOf(scores, { metric: 'feedback_score', from: '2026-11-30', groupBy: 'about' })).toEqual([
      ['30T00', 'mood', 2.5],
      ['30T00', 'reply', null],
      ['30T00', 'feature', null],
    ]);
  });

  test('of engagement counts only replies that are old enough', async () => {
    const reply = (at: string, total: number): Happening => ({ fact: 'engagement_60m', at, total });
    const replies = [reply('2026-11-30T17:59:00Z', 1), reply('2026-11-30T18:00:00Z', 1), reply('2026-11-30T16:00:00Z', 0)];
    expect(await valuesOf(replies, { metric: 'engagement_60m', from: '2026-11-30' })).toEqual([['30T00', null, 0.5]]);
  });

  test('of time in moods has shares of the seconds', async () => {
    const spent = (state: string, total: number): Happening => ({
      fact: 'state_time',
      at: '2026-11-30T10:00:00Z',
      total,
      groups: { state },
    });
    const times = [spent('neutral', 600), spent('positive', 300), spent('negative', 100)];
    const asked = { metric: 'state_time_share', from: '2026-11-30' } as const;
    expect(await valuesOf(times, { ...asked, groupBy: 'state' })).toEqual([
      ['30T00', 'neutral', 0.6],
      ['30T00', 'positive', 0.3],
      ['30T00', 'negative', 0.1],
    ]);
    expect(await valuesOf(times, asked)).toEqual([['30T00', null, 0.4]]);
    expect(await valuesOf([], asked)).toEqual([['30T00', null, null]]);
  });

  test('of what is known for this moment alone has a value in its interval', async () => {
    const given = { moodsNow: async () => ({ at: asOf, known: 9, active: 4, byState: { neutral: 6, positive: 2, negative: 1 } }) };
    const asked = { from: '2026-11-29' };
    expect(await valuesOf([], { ...asked, metric: 'moods_active' }, given)).toEqual([
      ['29T00', null, null],
      ['30T00', null, 4],
    ]);
    expect(await valuesOf([], { ...asked, metric: 'moods_now' }, given)).toEqual([
      ['29T00', null, null],
      ['30T00', null, 3],
    ]);
    expect(await valuesOf([], { from: '2026-11-30', metric: 'moods_now', groupBy: 'state' }, given)).toEqual([
      ['30T00', 'neutral', 6],
      ['30T00', 'positive', 2],
      ['30T00', 'negative', 1],
    ]);
  });

  test('of adoption is asked for at the end of each interval that has begun, and now at the latest', async () => {
    const asked: string[] = [];
    const adoption: AnalyticsReader['adoption'] = async (at) => {
      asked.push(...at.map((time) => time.toISOString()));
      return at.map(() => ({ known: 4, adopted7d: 1, adopted30d: 2 }));
    };
    expect(await valuesOf([], { metric: 'models_adopted_30d', to: '2026-12-02' }, { adoption })).toEqual([
      ['28T00', null, 0.5],
      ['29T00', null, 0.5],
      ['30T00', null, 0.5],
      ['01T00', null, null],
    ]);
    expect(asked).toEqual(['2026-11-29T00:00:00.000Z', '2026-11-30T00:00:00.000Z', asOf.toISOString()]);
  });

  test('of medians and percentiles names them as groups', async () => {
    const replyLateness: AnalyticsReader['replyLateness'] = async () => [null, { p50: 1, p95: 9 }];
    const asked = { metric: 'reply_lateness', from: '2026-11-29' } as const;
    expect(await valuesOf([], { ...asked, groupBy: 'statistic' }, { replyLateness })).toEqual([
      ['29T00', 'p50', null],
      ['29T00', 'p95', null],
      ['30T00', 'p50', 1],
      ['30T00', 'p95', 9],
    ]);
    expect(await valuesOf([], asked, { replyLateness })).toEqual([
      ['29T00', null, null],
      ['30T00', null, 9],
    ]);
  });

  test('of changes per model goes by the days of the zone', async () => {
    const cuts: number[] = [];
    const changesPerModel: AnalyticsReader['changesPerModel'] = async (slices) => {
      cuts.push(...slices.map(({ days: cut }) => cut.length));
      return slices.map(() => ({ mean: 2, median: 1, p95: 5 }));
    };
    const asked = { metric: 'changes_per_model', from: '2026-11-21', interval: 'week' } as const;
    expect(await valuesOf([], asked, { changesPerModel })).toEqual([
      ['21T00', null, 2],
      ['23T00', null, 2],
      ['30T00', null, 2],
    ]);
    expect(cuts).toEqual([2, 7, 1]);
  });

  test.each<[Partial<AskedSeries>, RegExp]>([
    [{ groupBy: 'mood' }, /groupBy: changes can be grouped by changed_by, state\./],
    [{ metric: 'models_known', groupBy: 'state' }, /groupBy: models_known cannot be grouped\./],
    [{ metric: 'changes_per_model', interval: 'hour' }, /Ask for day or week/],
    [{ from: '2026-01-01', interval: 'hour' }, new RegExp(`at most ${maxIntervals} intervals`)],
    [{ from: '2026-11-01', interval: 'hour', metric: 'models_known' }, /at most 400 intervals/],
  ])('of %j is refused', async (asked, problem) => {
    await expect(valuesOf([], asked)).rejects.toThrow(problem);
  });
});

describe('a summary', () => {
  test('has every metric once, with the sum of its series, beside the period before', async () => {
    const { reader, calls } = readerOf(changes, asOf);
    const { headlines } = await summarise({ analytics: reader }, days);
    expect(headlines.map(({ name }) => name)).toEqual(metrics.map(({ name }) => name));
    expect(headlines.find(({ name }) => name === 'changes')).toEqual({ name: 'changes', value: 3, previous: 1, unit: 'changes' });
    expect(headlines.find(({ name }) => name === 'engagement_60m')).toMatchObject({ value: null, previous: null });
    expect(headlines.find(({ name }) => name === 'replies_sent')).toMatchObject({ value: 0, previous: 0 });
    // One statement for each group of facts that are cut in the same way: sums, time by state, and the three ages of replies.
    expect(calls).toHaveLength(5);
  });

  test('asks once for what several of its metrics are made of', async () => {
    const adoption = jest.fn<AnalyticsReader['adoption']>(async (at) => at.map(() => ({ known: 8, adopted7d: 2, adopted30d: 4 })));
    const moodsNow = jest.fn<AnalyticsReader['moodsNow']>(async () => ({
      at: asOf,
      known: 8,
      active: 5,
      byState: { neutral: 5, positive: 2, negative: 1 },
    }));
    const { reader } = readerOf(changes, asOf, { adoption, moodsNow });
    // A period that holds this moment.
    const { headlines } = await summarise({ analytics: reader }, { timeZone: days.timeZone });
    const values = Object.fromEntries(headlines.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ models_known: 8, models_adopted_7d: 0.25, models_adopted_30d: 0.5, moods_active: 5, moods_now: 3 });
    expect(adoption).toHaveBeenCalledTimes(1);
    expect(moodsNow).toHaveBeenCalledTimes(1);
  });
});
