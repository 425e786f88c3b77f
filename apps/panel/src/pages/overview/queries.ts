import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { alertPageSchema } from '@mood/contract/alerts';
import type { metricListSchema, summarySchema, topSchema } from '@mood/contract/analytics';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import type { Query } from '../../api/api.ts';
import type { Interval, Period } from './period.ts';
import type { Series } from './series.ts';

export type Summary = z.output<typeof summarySchema>;
export type Metric = z.output<typeof metricListSchema>['metrics'][number];
export type MetricName = Metric['name'];
type AlertPage = z.output<typeof alertPageSchema>;
type Top = z.output<typeof topSchema>;

const analytics = '/admin/mood/analytics';
/** What counts by the minute is asked for by the minute. */
const everyMinute = 60_000;

/** The query of a series: the same for what is drawn, for the table and for the CSV. */
export interface SeriesQuery extends Period {
  metric: MetricName;
  groupBy?: string;
}

export const seriesPath = `${analytics}/series`;
export const toQuery = ({ metric, from, to, timeZone, interval, groupBy }: SeriesQuery): Query => ({
  metric,
  from,
  to,
  timeZone,
  interval,
  groupBy,
});

export const useMetrics = () =>
  useQuery({
    queryKey: ['analytics', 'metrics'],
    queryFn: ({ signal }) => get<z.output<typeof metricListSchema>>(`${analytics}/metrics`, undefined, signal),
    staleTime: Infinity,
    select: ({ metrics }) => new Map(metrics.map((metric): [string, Metric] => [metric.name, metric])),
  });

export const useSummary = (period: Period | null) =>
  useQuery({
    queryKey: ['analytics', 'summary', period],
    queryFn: ({ signal }) =>
      get<Summary>(`${analytics}/summary`, { from: period?.from, to: period?.to, timeZone: period?.timeZone }, signal),
    enabled: period !== null,
    placeholderData: keepPreviousData,
    refetchInterval: everyMinute,
  });

export const useSeries = (query: SeriesQuery) =>
  useQuery({
    queryKey: ['analytics', 'series', query],
    queryFn: ({ signal }) => get<Series>(seriesPath, toQuery(query), signal),
    placeholderData: (before, last) => (last !== undefined && before?.metric === query.metric ? before : undefined),
  });

export const useTop = (metric: string, { from, to, timeZone }: Period) =>
  useQuery({
    queryKey: ['analytics', 'top', metric, from, to, timeZone],
    queryFn: ({ signal }) => get<Top>(`${analytics}/top`, { metric, from, to, timeZone, limit: 10 }, signal),
    placeholderData: keepPreviousData,
  });

export const useOpenAlerts = () =>
  useQuery({
    queryKey: ['alerts', 'open'],
    queryFn: ({ signal }) => get<AlertPage>('/admin/mood/alerts', { status: 'open', limit: 100 }, signal),
    refetchInterval: everyMinute,
  });

/** Parts are sums over the period: few intervals are enough, and make a table that can be read. */
export const coarse = (interval: Interval): Interval => (interval === 'day' ? 'week' : interval);
