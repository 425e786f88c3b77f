import type { AnalyticsReader, EndedMoods, Slice } from '@mood/domain';
import type { Database, Query } from '../database.ts';
import { DayCount, Sample, Tally } from './quantiles.ts';
import { readModels, readSeconds } from './read-lists.ts';

/** From the first start to the last end; undefined when there is no slice. */
function rangeOf(slices: readonly Slice[]): Slice | undefined {
  const [first, last] = [slices[0], slices.at(-1)];
  return first === undefined || last === undefined ? undefined : { start: first.start, end: last.end };
}

/** Index of the slice that holds an instant; -1 when none does. Instants come in ascending order. */
function placer(slices: readonly Slice[]): (instant: number) => number {
  let at = 0;
  return (instant) => {
    while (at < slices.length && (slices[at]?.end.getTime() ?? 0) <= instant) at += 1;
    const slice = slices[at];
    return slice !== undefined && slice.start.getTime() <= instant ? at : -1;
  };
}

async function samplesOf(query: Query, fact: string, slices: readonly Slice[]): Promise<Map<string, Sample>[]> {
  const samples = slices.map(() => new Map<string, Sample>());
  const range = rangeOf(slices);
  if (range === undefined) return samples;
  const place = placer(slices);
  for await (const { bucket_start, group_key, items } of readSeconds(query, fact, range)) {
    const groups = samples[place(bucket_start.getTime())];
    if (groups === undefined) continue;
    const sample = groups.get(group_key) ?? new Sample();
    groups.set(group_key, sample);
    sample.add(items);
  }
  return samples;
}

export function readMoodDurations(database: Database, slices: readonly Slice[], byEnd: boolean): Promise<EndedMoods[]> {
  return database.readSnapshot(async (query) => {
    const samples = await samplesOf(query, 'mood_duration', slices);
    return samples.flatMap((groups, slice): EndedMoods[] => {
      const medianOf = (sample: Sample) => sample.quantiles([0.5])[0] ?? NaN;
      if (byEnd)
        return (['hand', 'time', 'override'] as const).flatMap((ended) => {
          const sample = groups.get(ended);
          return sample === undefined ? [] : [{ slice, ended, medianSeconds: medianOf(sample) }];
        });
      const all = new Sample();
      for (const sample of groups.values()) all.addAll(sample);
      return all.count === 0 ? [] : [{ slice, ended: 'all', medianSeconds: medianOf(all) }];
    });
  });
}

export function readReplyLateness(database: Database, slices: readonly Slice[]): ReturnType<AnalyticsReader['replyLateness']> {
  return database.readSnapshot(async (query) => {
    const samples = await samplesOf(query, 'reply_lateness', slices);
    return samples.map((groups) => {
      const [p50 = NaN, p95 = NaN] = groups.get('')?.quantiles([0.5, 0.95]) ?? [];
      return groups.size === 0 ? null : { p50, p95 };
    });
  });
}

export function readChangesPerModel(
  database: Database,
  slices: readonly { days: readonly Slice[] }[],
): ReturnType<AnalyticsReader['changesPerModel']> {
  return database.readSnapshot(async (query) => {
    const days = slices.flatMap((slice, index) => slice.days.map(({ start, end }) => ({ start, end, slice: index })));
    const tallies = slices.map(() => new Tally());
    const range = rangeOf(days);
    if (range === undefined) return tallies.map(() => null);
    const { buckets, size } = await readModels(query, 'changes', range);
    const place = placer(days);
    const ofDay = new DayCount(size);
    let day = -1;
    for await (const { start, ordinals } of buckets) {
      const at = place(start);
      if (at !== day) ofDay.end(tallies[days[day]?.slice ?? -1]);
      day = at;
      ofDay.add(ordinals);
    }
    ofDay.end(tallies[days[day]?.slice ?? -1]);
    return tallies.map((tally) => tally.statistics());
  });
}
