import type { MoodState, Slice } from '@mood/domain';
import type { Row } from './history.fixture.ts';

/** Counts as somebody would with the log on paper: row by row, without any index, bucket or sum. */
interface Mood {
  modelId: string;
  state: MoodState;
  start: number;
  /** Infinity: it has not ended. */
  end: number;
  ended: 'hand' | 'time' | 'override' | null;
}

/** What each model's mood was, from when until when. */
function moodsOf(rows: readonly Row[]): Mood[] {
  return [...Map.groupBy(rows, ({ modelId }) => modelId).values()].flatMap((ofModel) => {
    const moods: Mood[] = [];
    const begin = (row: Row, state: MoodState, start: number, ended: Mood['ended']) => {
      const last = moods.at(-1);
      if (last !== undefined) [last.end, last.ended] = [start, ended];
      moods.push({ modelId: row.modelId, state, start, end: Infinity, ended: null });
    };
    for (const [index, row] of ofModel.entries()) {
      if (row.by !== 'system') begin(row, row.state, row.created, row.by === 'admin' ? 'override' : 'hand');
      const next = ofModel[index + 1];
      // Its reset may not be recorded yet, or late.
      if (row.expires !== null && (next === undefined || next.created >= row.expires)) begin(row, 'neutral', row.expires, 'time');
    }
    return moods;
  });
}

const within = ({ start, end }: Slice, instant: number) => start.getTime() <= instant && instant < end.getTime();

/** As percentile_cont of PostgreSQL. @param share from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below = NaN, above = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

export function slowCount(rows: readonly Row[], now: number) {
  const moods = moodsOf(rows).filter(({ start }) => start < now);
  const own = rows.filter(({ by }) => by === 'model');
  return {
    changes: (slice: Slice, by: Row['by'], state: MoodState) =>
      rows.filter((row) => within(slice, row.created) && row.by === by && row.state === state).length,
    secondsIn: (slice: Slice, state: MoodState) =>
      moods
        .filter((mood) => mood.state === state)
        .map(({ start, end }) => Math.min(end, slice.end.getTime(), now) - Math.max(start, slice.start.getTime()))
        .filter((ms) => ms > 0)
        .reduce((sum, ms) => sum + ms / 1_000, 0),
    adopted: (at: number, days: number) =>
      new Set(own.filter(({ created }) => created >= at - days * 86_400_000 && created < at).map(({ modelId }) => modelId)).size,
    changesPerModel(days: readonly Slice[]) {
      const counts = days.flatMap((day) => {
        const changes = own.filter(({ created }) => within(day, created));
        return [...Map.groupBy(changes, ({ modelId }) => modelId).values()].map((ofModel) => ofModel.length);
      });
      if (counts.length === 0) return null;
      return { mean: counts.reduce((a, b) => a + b) / counts.length, median: quantile(counts, 0.5), p95: quantile(counts, 0.95) };
    },
    medianSeconds(slice: Slice, ended: Mood['ended'] | 'all') {
      const lengths = moods
        .filter((mood) => mood.end < now && within(slice, mood.end) && (ended === 'all' || mood.ended === ended))
        .map(({ start, end }) => Math.fround((end - start) / 1_000));
      return lengths.length === 0 ? undefined : quantile(lengths, 0.5);
    },
    top(period: Slice, limit: number) {
      const changes = own.filter(({ created }) => within(period, created));
      return [...Map.groupBy(changes, ({ modelId }) => modelId)]
        .map(([modelId, ofModel]) => ({ modelId, value: ofModel.length }))
        .toSorted((a, b) => b.value - a.value || (a.modelId < b.modelId ? -1 : 1))
        .slice(0, limit);
    },
  };
}
