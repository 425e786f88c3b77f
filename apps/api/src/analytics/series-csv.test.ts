import { expect, test } from '@jest/globals';
import { metricOf } from '@mood/domain';
import type { Series } from '@mood/domain';
import { seriesToCsv } from './series-csv.ts';

const hour = (start: string, group: string | null, value: number | null) => ({
  start: new Date(start),
  end: new Date(Date.parse(start) + 3_600_000),
  group,
  value,
});

const series = (rows: Series['rows']): Series => ({
  metric: metricOf('engagement_60m'),
  interval: 'hour',
  timeZone: 'America/New_York',
  asOf: new Date('2026-03-08T12:00:00Z'),
  rows,
});

test('rows are the same as in JSON, beside what clocks of the zone show', () => {
  const [comment, ...lines] = seriesToCsv(
    series([hour('2026-03-08T06:00:00Z', 'positive', 0.25), hour('2026-03-08T07:00:00Z', 'positive', null)]),
  ).split('\r\n');
  expect(comment).toBe(`# engagement_60m by hour, in share, as of 2026-03-08T12:00:00.000Z: ${metricOf('engagement_60m').definition}`);
  expect(lines).toEqual([
    'start,end,start (America/New_York),group,value',
    '2026-03-08T06:00:00.000Z,2026-03-08T07:00:00.000Z,2026-03-08T01:00:00-05:00,positive,0.25',
    // The clock goes from 2 to 3. Unknown is empty, not 0.
    '2026-03-08T07:00:00.000Z,2026-03-08T08:00:00.000Z,2026-03-08T03:00:00-04:00,positive,',
    '',
  ]);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '=cmd|"/c calc"!A1'])('a group %j is text for a spreadsheet, and no formula', (group) => {
  const [, , line = ''] = seriesToCsv(series([hour('2026-03-08T06:00:00Z', group, 1)])).split('\r\n');
  const cell = line.split(',')[3]?.replace(/^"/, '');
  expect(cell?.startsWith("'")).toBe(true);
});

test('a group with commas, quotes and line ends is one cell', () => {
  const text = seriesToCsv(series([hour('2026-03-08T06:00:00Z', 'a,"b"', 1)]));
  expect(text).toContain(',"a,""b""",1\r\n');
});
