import { intervals, metricNames, topMetrics } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, demoIds, limitField, moodStateSchema, timestampSchema, wholeNumberOr } from './fields.ts';
import { instantSchemaWith } from './instant.ts';

const boundProblem = 'expected a day such as 2026-01-02, or an ISO 8601 time with a zone';
const anInstant = instantSchemaWith(boundProblem);

/** A day of the zone, or an instant. */
const boundSchema = z.union([z.iso.date(boundProblem), anInstant], boundProblem);

const zoneProblem = 'expected a time zone of the IANA database, for example Europe/Berlin';
const zoneName = /^[A-Za-z][\w+/-]{0,63}$/;

function isTimeZone(name: string): boolean {
  if (!zoneName.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const timeZoneSchema = z.string(zoneProblem).refine(isTimeZone, zoneProblem);

const periodShape = {
  from: boundSchema.optional().meta({
    type: 'string',
    description:
      'The first day in `timeZone`, or the first moment; 30 days before the end when absent. Moments are widened to quarters of an hour.',
    example: '2026-01-01',
  }),
  to: boundSchema.optional().meta({
    type: 'string',
    description: 'The day or moment after the last; tomorrow when absent.',
    example: '2026-01-31',
  }),
  timeZone: timeZoneSchema.default('UTC').meta({
    description: 'Whose days are meant, by its name in the IANA database.',
    example: 'Europe/Berlin',
  }),
};

/** The same in answers. */
const answeredPeriod = {
  from: timestampSchema.meta({ description: 'The first moment that is counted.' }),
  to: timestampSchema.meta({ description: 'The moment after the last.' }),
  timeZone: z.string().meta({ example: 'Europe/Berlin' }),
  asOf: timestampSchema.meta({ description: 'What happened before it is counted.' }),
};

const metricNameSchema = z
  .enum(metricNames, 'expected the name of a metric; GET /api/v1/admin/mood/analytics/metrics lists them')
  .meta({ id: 'MetricName', example: 'engagement_60m' });

const unitSchema = z.string().meta({ description: 'What the values count. `share`: from 0 to 1.', example: 'share' });
const valueSchema = z.number().nullable().meta({
  description: 'null: there is nothing to divide by, or the value is not known for that time. Never 0 for that.',
  example: 0.25,
});

export const metricListSchema = z
  .object({
    metrics: z.array(
      z.object({
        name: metricNameSchema,
        title: z.string(),
        unit: unitSchema,
        definition: z.string().meta({ description: 'What exactly is counted, and what that does not say.' }),
        groups: z.array(z.string()).meta({ description: 'What `groupBy` of a series can be.' }),
      }),
    ),
  })
  .meta({ id: 'MetricList' });

export const summaryQuerySchema = z.strictObject(periodShape);

export const summarySchema = z
  .object({
    ...answeredPeriod,
    metrics: z.array(
      z.object({
        name: metricNameSchema,
        value: valueSchema,
        previous: valueSchema.meta({ description: 'The same in the period of the same length before.' }),
        unit: unitSchema,
      }),
    ),
  })
  .meta({ id: 'AnalyticsSummary' });

export const seriesQuerySchema = z.strictObject({
  metric: metricNameSchema,
  ...periodShape,
  interval: z
    .enum(intervals, `expected one of ${intervals.join(', ')}`)
    .default('day')
    .meta({
      description: 'Hours, days and weeks of `timeZone`; weeks begin on Monday. Days with a change of the clock have 23 or 25 hours.',
    }),
  groupBy: z
    .string()
    .max(40, 'expected one of the groups of the metric')
    .optional()
    .meta({ description: 'One of the metric’s `groups`.', example: 'mood' }),
});

export const seriesRowSchema = z.object({
  start: timestampSchema,
  end: timestampSchema.meta({ description: 'Not included.' }),
  group: z.string().nullable().meta({ description: 'null: all together. Empty: what has no such group.', example: 'positive' }),
  value: valueSchema,
});

export const seriesSchema = z
  .object({
    metric: metricNameSchema,
    unit: unitSchema,
    interval: z.enum(intervals),
    timeZone: answeredPeriod.timeZone,
    asOf: answeredPeriod.asOf,
    rows: z.array(seriesRowSchema).meta({ description: 'Every interval, the oldest first, and in each every group.' }),
  })
  .meta({ id: 'AnalyticsSeries' });

export const topQuerySchema = z.strictObject({
  metric: z.enum(topMetrics, `expected one of ${topMetrics.join(', ')}`).meta({ example: 'changes' }),
  ...periodShape,
  limit: limitField(100, 10),
});

export const topSchema = z
  .object({
    metric: z.enum(topMetrics),
    unit: unitSchema,
    ...answeredPeriod,
    models: z
      .array(z.object({ modelId: answeredIdSchema, value: z.number() }))
      .meta({ description: 'Most first, then by ID. Models without any are left out.' }),
  })
  .meta({
    id: 'AnalyticsTop',
    example: {
      metric: 'changes',
      unit: 'changes',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-31T00:00:00.000Z',
      timeZone: 'UTC',
      asOf: '2026-01-30T15:45:00.000Z',
      models: [{ modelId: demoIds.sophia, value: 42 }],
    },
  });

export const insightsQuerySchema = z.strictObject({
  days: wholeNumberOr(30, 1, 90),
});

const repliesShape = {
  sent: z.int().min(0).meta({ description: 'Automatic replies that went out.' }),
  mature: z.int().min(0).meta({ description: 'Of them: those an hour old. Whether the user writes again is not known earlier.' }),
  engaged: z.int().min(0).meta({ description: 'Of the ones an hour old: the user wrote again within the hour.' }),
};

export const insightsSchema = z
  .object({
    days: z.int(),
    from: timestampSchema,
    to: timestampSchema.meta({ description: 'What happened before it is counted.' }),
    total: z.object(repliesShape),
    byMood: z.array(z.object({ moodState: moodStateSchema, ...repliesShape })).meta({ description: 'Every mood.' }),
  })
  .meta({
    id: 'MoodInsights',
    example: {
      days: 30,
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-30T15:45:00.000Z',
      total: { sent: 120, mature: 118, engaged: 41 },
      byMood: [
        { moodState: 'neutral', sent: 20, mature: 20, engaged: 4 },
        { moodState: 'positive', sent: 90, mature: 88, engaged: 36 },
        { moodState: 'negative', sent: 10, mature: 10, engaged: 1 },
      ],
    },
  });
