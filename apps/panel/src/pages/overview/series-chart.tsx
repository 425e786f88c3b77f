import { useMemo } from 'react';
import { Chart } from '../../ui/chart.tsx';
import type { ChartLine, PlotProps } from '../../ui/chart-drawing.ts';
import { StateBox } from '../../ui/state-box.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { groupName, pointOf, tickOf } from './labels.ts';
import { inUnit } from './numbers.ts';
import { lastKnown, toColumns } from './series.ts';
import type { Series } from './series.ts';

const colours: Readonly<Record<string, ChartLine['colour']>> = {
  positive: 'positive',
  neutral: 'neutral',
  negative: 'negative',
  model: 'accent',
  admin: 'negative',
  system: 'neutral',
  hand: 'accent',
  time: 'neutral',
  override: 'negative',
};
const others: readonly ChartLine['colour'][] = ['accent', 'negative', 'good', 'warn', 'neutral', 'positive'];
/** More lines than these cannot be told apart: the table has them all. */
const mostLines = 6;

/** A series over time. */
export function SeriesChart({
  title,
  series,
  order,
  kind,
  max,
}: {
  title: string;
  series: Series;
  order?: readonly string[];
  kind: PlotProps['kind'];
  max?: number;
}) {
  const drawing = useMemo(() => drawingOf(title, series, order), [title, series, order]);
  const format = (value: number | null) => inUnit(value, series.unit);
  if (drawing.lines.length === 0) return <StateBox kind="empty" title={words.nothing} />;
  return <Chart {...drawing} kind={kind} max={max} format={format} keysHint={words.keys} />;
}

function drawingOf(title: string, series: Series, order: readonly string[] | undefined) {
  const { intervals, groups } = toColumns(series.rows, order);
  const format = (value: number | null) => inUnit(value, series.unit);
  const [tick, point] = [tickOf(series), pointOf(series)];
  const known = groups.filter(({ values }) => values.some((value) => value !== null));
  const lines = known.slice(0, mostLines).map(({ key, values }, index): ChartLine => ({
    key,
    title: key === '' ? title : groupName(key),
    colour: colours[key] ?? others[index % others.length] ?? 'accent',
    values,
  }));
  const said = lines.map(({ title: name, values }) => {
    const numbers = values.filter((value) => value !== null);
    return words.sentenceRange(name, format(Math.min(...numbers)), format(Math.max(...numbers)), format(lastKnown(values)));
  });
  const points = intervals.map(({ start }) => point(start));
  const interval = words.byInterval[series.interval];
  return {
    title: `${title}, ${interval}`,
    sentence: words.sentence(title, interval, points[0] ?? '', points.at(-1) ?? '', said.join('; ')),
    lines,
    points,
    ticks: intervals.map(({ start }) => tick(start)),
    formatAxis: format,
  };
}
