import { Temporal } from 'temporal-polyfill';
import type { MoodState } from '../../ui/mood-name.tsx';

/** A change of the mood, as the history answers it. */
export interface Change {
  moodState: MoodState;
  /** ISO 8601. */
  changedAt: string;
}

/** A time of one mood within a day, as shares of that day. */
export interface Part {
  state: MoodState;
  from: number;
  to: number;
}

export interface Day {
  /** `2026-11-30`, by the clocks of the zone. */
  date: string;
  parts: Part[];
  /** Milliseconds in each mood. */
  lengths: Record<MoodState, number>;
}

const days = 7;

/** The beginning of the first of the last seven days, today being the last. @param now milliseconds since 1970. */
export const startOfWeek = (now: number, zone: string): number =>
  today(now, zone)
    .subtract({ days: days - 1 })
    .toZonedDateTime(zone).epochMilliseconds;

const today = (now: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();

const noLengths = (): Day['lengths'] => ({ positive: 0, neutral: 0, negative: 0 });

/**
 * Which mood was there when, day by day, the oldest first. Days are those of the zone: of 23 or 25 hours where clocks change. Before the first
 * of the changes there is nothing: either no mood was set, or it is not known.
 * @param changes newest first.
 */
export function weekOf(changes: readonly Change[], now: number, zone: string): Day[] {
  const spans = spansOf(changes, now);
  const first = today(now, zone).subtract({ days: days - 1 });
  return Array.from({ length: days }, (_, index) => {
    const date = first.add({ days: index });
    const start = date.toZonedDateTime(zone).epochMilliseconds;
    const end = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
    const day: Day = { date: date.toString(), parts: [], lengths: noLengths() };
    for (const { state, from, to } of spans) {
      const [begin, finish] = [Math.max(from, start), Math.min(to, end)];
      if (begin >= finish) continue;
      day.lengths[state] += finish - begin;
      day.parts.push({ state, from: (begin - start) / (end - start), to: (finish - start) / (end - start) });
    }
    return day;
  });
}

/** Oldest first. */
function spansOf(changes: readonly Change[], now: number): { state: MoodState; from: number; to: number }[] {
  const spans = changes.map(({ moodState, changedAt }, index) => {
    const next = changes[index - 1];
    return { state: moodState, from: Date.parse(changedAt), to: next === undefined ? now : Date.parse(next.changedAt) };
  });
  return spans.toReversed();
}

/** Of all days together. */
export function totalOf(week: readonly Day[]): Day['lengths'] {
  const total = noLengths();
  for (const { lengths } of week) {
    total.positive += lengths.positive;
    total.neutral += lengths.neutral;
    total.negative += lengths.negative;
  }
  return total;
}
