import type { Slice } from '@mood/domain';
import { quarter } from './history.fixture.ts';
import type { Row } from './history.fixture.ts';

/** The days of a zone that begin in a range, found by asking each quarter of an hour for its date. */
export function daysOf(timeZone: string, since: number, until: number): Slice[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const starts: Date[] = [];
  let date = format.format(since - 1);
  for (let at = since; at <= until; at += quarter) {
    const found = format.format(at);
    if (found !== date) starts.push(new Date(at));
    date = found;
  }
  return starts.slice(0, -1).map((start, index) => ({ start, end: starts[index + 1] ?? start }));
}

/** When the clocks of a zone are changed, and by how many milliseconds: less than 0 when they show a time twice. */
interface ClockChange {
  at: number;
  by: number;
}

/** Found by asking each quarter of an hour for its distance from UTC. */
export function clockChangesOf(timeZone: string, since: number, until: number): ClockChange[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  function distanceAt(instant: number): number {
    const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)$/.exec(format.format(instant)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  }
  const changes: ClockChange[] = [];
  for (let at = since; at < until; at += quarter) {
    const by = distanceAt(at) - distanceAt(at - quarter);
    if (by !== 0) changes.push({ at, by });
  }
  return changes;
}

/** Worth trying: where days begin, where clocks are changed, and the times around that which they show twice or not at all. */
export function edgesOf(days: readonly Slice[], clockChanges: readonly ClockChange[]): number[] {
  const ofDays = days.flatMap(({ start, end }) => [start.getTime(), end.getTime()]);
  const ofClocks = clockChanges.flatMap(({ at, by }) => (Math.abs(by) > 2 * 3_600_000 ? [at] : [at - Math.abs(by), at, at + Math.abs(by)]));
  return [...new Set([...ofDays, ...ofClocks])].toSorted((a, b) => a - b);
}

/** How often something that a test is about came up in what chance made. */
export type Reached = Record<
  | 'end at a bucket’s edge'
  | 'end in the millisecond before a bucket’s edge'
  | 'end recorded in a later bucket'
  | 'end not recorded'
  | 'change at a bucket’s edge'
  | 'change in the moment of an end'
  | 'override of a mood that lasts'
  | 'change in a time that clocks show twice'
  | 'change beside a time that clocks leave out',
  number
>;

const bucketOf = (instant: number) => Math.floor(instant / quarter);

/** @returns how often a history has each. */
export function reachedBy(rows: readonly Row[], clockChanges: readonly ClockChange[]): Reached {
  const nextOf = (row: Row) => rows.find(({ modelId, version }) => modelId === row.modelId && version === row.version + 1);
  const lastsUntil = (row: Row) => row.expires ?? Infinity;
  const times = (isSo: (row: Row) => boolean) => rows.filter(isSo).length;
  const ends = rows.filter((row) => row.expires !== null && (nextOf(row)?.created ?? Infinity) >= row.expires);
  const own = rows.filter(({ by }) => by !== 'system');
  const near = (row: Row, isChange: (change: ClockChange) => boolean) =>
    clockChanges.some((change) => isChange(change) && Math.abs(row.created + 0.5 - change.at) < Math.abs(change.by));
  return {
    'end at a bucket’s edge': ends.filter(({ expires }) => (expires ?? 0) % quarter === 0).length,
    'end in the millisecond before a bucket’s edge': ends.filter(({ expires }) => (expires ?? 0) % quarter === quarter - 1).length,
    'end recorded in a later bucket': ends.filter((row) => {
      const reset = nextOf(row);
      return reset !== undefined && bucketOf(reset.created) > bucketOf(row.expires ?? 0);
    }).length,
    'end not recorded': ends.filter((row) => nextOf(row) === undefined).length,
    'change at a bucket’s edge': own.filter(({ created }) => created % quarter === 0).length,
    'change in the moment of an end': times(
      (row) => row.by !== 'system' && ends.some(({ modelId, expires }) => modelId === row.modelId && expires === row.created),
    ),
    'override of a mood that lasts': times((row) => {
      const before = rows.find(({ modelId, version }) => modelId === row.modelId && version === row.version - 1);
      return row.by === 'admin' && before !== undefined && before.state !== 'neutral' && lastsUntil(before) > row.created;
    }),
    'change in a time that clocks show twice': own.filter((row) => near(row, ({ by }) => by < 0)).length,
    'change beside a time that clocks leave out': own.filter((row) => near(row, ({ by }) => by > 0)).length,
  };
}
