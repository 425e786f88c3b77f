import type { ReactNode } from 'react';
import { Bars } from '../../ui/bars.tsx';
import type { Bar } from '../../ui/bars.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { groupName } from './labels.ts';
import { inUnit } from './numbers.ts';
import { toColumns, toParts } from './series.ts';
import type { Series } from './series.ts';

const moodColours: Readonly<Record<string, Bar['colour']>> = { positive: 'positive', neutral: 'neutral', negative: 'negative' };
/** Longer lists are in the table. */
const mostBars = 10;

/** What the groups of a series come to in the period. Only for metrics that are sums. */
export function Parts({ label, series, name = groupName }: { label: string; series: Series; name?: (key: string) => ReactNode }) {
  const parts = toParts(toColumns(series.rows)).filter(({ value }) => value > 0);
  if (parts.length === 0) return <StateBox kind="empty" title={words.nothing} />;
  const bars = parts
    .slice(0, mostBars)
    .map(({ key, value }): Bar => ({ key, name: name(key), value, text: inUnit(value, series.unit), colour: moodColours[key] }));
  return <Bars label={label} bars={bars} />;
}
