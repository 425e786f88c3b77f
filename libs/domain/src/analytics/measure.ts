import { moodStates } from '../moods/mood.ts';
import type { Fact } from './facts.ts';
import type { Metric } from './metrics.ts';
import { quarterMs } from './periods.ts';
import type { AnalyticsReader, Slice, Sum } from './ports.ts';

/** A metric's value in one slice and group. */
export interface Cell {
  slice: number;
  /** null: all groups together. Empty: what has no such group. */
  group: string | null;
  /** null: there is nothing to divide by, or the value is not known for that time. */
  value: number | null;
}

/** What metrics are measured with. */
export interface Measurement {
  reader: Omit<AnalyticsReader, 'sums'>;
  sums: (fact: Fact, slices: readonly Slice[], groupBy: string | null) => Promise<Sum[]>;
  /** The zone's days in a slice. */
  daysOf: (slice: Slice) => readonly Slice[];
  /** What happened before it is counted. */
  asOf: Date;
}

const quotient = (numerator: number, denominator: number): number | null => (denominator === 0 ? null : numerator / denominator);

const add = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** The part of each slice whose facts are old enough; empty ones stay in their place, without length. */
function mature(slices: readonly Slice[], asOf: Date, seconds: number): Slice[] {
  const last = Math.floor((asOf.getTime() - seconds * 1_000) / quarterMs) * quarterMs;
  return slices.map(({ start, end }) => ({ start, end: new Date(Math.max(start.getTime(), Math.min(end.getTime(), last))) }));
}

/**
 * The values of a metric. Slices and groups in which nothing was counted may be left out where that means 0.
 * @param groupBy one of the metric's groups; null: without.
 */
export async function measure(
  metric: Metric,
  slices: readonly Slice[],
  groupBy: string | null,
  { reader, sums, daysOf, asOf }: Measurement,
): Promise<Cell[]> {
  /** What is known for this moment alone. */
  const now = async (values: () => Promise<Record<string, number | null> | number | null>): Promise<Cell[]> => {
    const slice = slices.findIndex(({ start, end }) => start <= asOf && asOf < end);
    if (slice === -1) return [];
    const found = await values();
    return typeof found === 'object' && found !== null
      ? Object.entries(found).map(([group, value]) => ({ slice, group, value }))
      : [{ slice, group: null, value: found }];
  };
  const { source } = metric;
  switch (source.kind) {
    case 'count':
      return (await sums(source.fact, slices, groupBy)).map(({ slice, group, n }) => ({ slice, group, value: n }));
    case 'ratio': {
      const cut = source.matureSeconds === 0 ? slices : mature(slices, asOf, source.matureSeconds);
      return (await sums(source.fact, cut, groupBy)).map(({ slice, group, n, total }) => ({ slice, group, value: quotient(total, n) }));
    }
    case 'state time':
      return timeShares(await sums('state_time', slices, 'state'), slices.length, groupBy);
    case 'known':
    case 'adopted': {
      const begun = slices.filter(({ start }) => start <= asOf);
      const found = await reader.adoption(begun.map(({ end }) => (end < asOf ? end : asOf)));
      return found.map(({ known, adopted7d, adopted30d }, slice) => {
        if (source.kind === 'known') return { slice, group: null, value: known };
        return { slice, group: null, value: quotient(source.days === 7 ? adopted7d : adopted30d, known) };
      });
    }
    case 'active now':
      return now(async () => (await reader.moodsNow()).active);
    case 'moods now':
      return now(async () => {
        const { byState } = await reader.moodsNow();
        return groupBy === null ? byState.positive + byState.negative : byState;
      });
    case 'changes per model': {
      const found = await reader.changesPerModel(slices.map((slice) => ({ days: daysOf(slice) })));
      return found.flatMap((statistics, slice) => ofStatistics(statistics ?? {}, slice, groupBy, ['mean', 'median', 'p95'], 'mean'));
    }
    case 'lateness': {
      const found = await reader.replyLateness(slices);
      return found.flatMap((statistics, slice) => ofStatistics(statistics ?? {}, slice, groupBy, ['p50', 'p95'], 'p95'));
    }
    case 'durations':
      return (await reader.moodDurations(slices, groupBy !== null)).map(({ slice, ended, medianSeconds }) => ({
        slice,
        group: groupBy === null ? null : ended,
        value: medianSeconds,
      }));
    case 'audit':
      return now(async () => {
        const { complete, models } = await reader.auditState(new Date(startOfYesterday(asOf)));
        return quotient(complete, models);
      });
  }
}

const dayMs = 86_400_000;
const startOfYesterday = (time: Date): number => Math.floor(time.getTime() / dayMs) * dayMs - dayMs;

function timeShares(sums: readonly Sum[], count: number, groupBy: string | null): Cell[] {
  return Array.from({ length: count }, (_, slice): Cell[] => {
    const seconds = moodStates.map((state) =>
      add(sums.filter((sum) => sum.slice === slice && sum.group === state).map(({ total }) => total)),
    );
    const all = add(seconds);
    const shares = moodStates.map((state, n) => ({ slice, group: state, value: quotient(seconds[n] ?? 0, all) }));
    if (groupBy !== null) return shares;
    const neutral = seconds[moodStates.indexOf('neutral')] ?? 0;
    return [{ slice, group: null, value: quotient(all - neutral, all) }];
  }).flat();
}

function ofStatistics(
  statistics: Readonly<Record<string, number>>,
  slice: number,
  groupBy: string | null,
  names: readonly string[],
  headline: string,
): Cell[] {
  if (groupBy === null) return [{ slice, group: null, value: statistics[headline] ?? null }];
  return names.map((name) => ({ slice, group: name, value: statistics[name] ?? null }));
}

/** Asks for the sums that are wanted at the same time and of the same slices in one statement. */
export function batchSums(reader: Pick<AnalyticsReader, 'sums'>): Measurement['sums'] {
  const open = new Map<string, { facts: Set<Fact>; found: Promise<Sum[]> }>();
  return async (fact, slices, groupBy) => {
    const key = JSON.stringify([slices, groupBy]);
    let batch = open.get(key);
    if (batch === undefined) {
      const facts = new Set<Fact>();
      const ask = () => {
        open.delete(key);
        return reader.sums({ facts: [...facts], slices, groupBy });
      };
      batch = { facts, found: Promise.resolve().then(ask) };
      open.set(key, batch);
    }
    batch.facts.add(fact);
    return (await batch.found).filter((sum) => sum.fact === fact);
  };
}

/** A reader for one answer: what several metrics are made of is asked for once. */
export function shareReadings(reader: AnalyticsReader): AnalyticsReader {
  const adoption = new Map<string, ReturnType<AnalyticsReader['adoption']>>();
  let moodsNow: ReturnType<AnalyticsReader['moodsNow']> | undefined;
  return {
    ...reader,
    adoption(at) {
      const key = JSON.stringify(at);
      const found = adoption.get(key) ?? reader.adoption(at);
      adoption.set(key, found);
      return found;
    },
    moodsNow: () => (moodsNow ??= reader.moodsNow()),
  };
}
