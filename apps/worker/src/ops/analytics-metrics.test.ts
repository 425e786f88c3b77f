import { describe, expect, test } from '@jest/globals';
import type { AnalyticsReader } from '@mood/domain';
import { Registry } from 'prom-client';
import { createAnalyticsMetrics } from './analytics-metrics.ts';

const asOf = new Date('2026-11-30T12:07:00Z');

/** A reader of a busy day. `asked`: of what time the replies were asked for. */
function readerOf(given: Partial<AnalyticsReader> = {}) {
  const asked: string[] = [];
  const unused = () => Promise.reject(new Error('not asked for here'));
  const reader: AnalyticsReader = {
    progress: async () => ({ asOf, rolledUpUntil: new Date('2026-11-30T12:00:00Z') }),
    sums: async ({ facts, slices }) => {
      asked.push(...facts, ...slices.flatMap(({ start, end }) => [start.toISOString(), end.toISOString()]));
      return [{ fact: 'engagement_60m', slice: 0, group: null, n: 8, total: 2 }];
    },
    adoption: async () => [{ known: 10, adopted7d: 3, adopted30d: 5 }],
    moodsNow: async () => ({ at: asOf, known: 10, active: 4, byState: { neutral: 7, positive: 2, negative: 1 } }),
    auditState: async () => ({ complete: 10, models: 10, verifiedUntil: new Date('2026-11-30T02:00:00Z') }),
    changesPerModel: unused,
    moodDurations: unused,
    replyLateness: unused,
    top: unused,
    repliesOf: unused,
    templateUses: unused,
    ...given,
  };
  return { reader, asked };
}

/** What a scrape shows: each series with its value. */
const series = async (registry: Registry) => (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('metrics of analytics', () => {
  test('are not there before this worker has done a round', async () => {
    const registry = new Registry();
    createAnalyticsMetrics(registry, readerOf().reader);
    expect(await series(registry)).toEqual([]);
  });

  test('show what is so after a round, and leave it to another worker when there was none for long', async () => {
    let time = asOf.getTime();
    const registry = new Registry();
    const { reader, asked } = readerOf();
    await createAnalyticsMetrics(registry, reader, () => time)();
    const lasting = ['mood_rollup_lag_seconds 420', 'mood_audit_verified_until_timestamp_seconds 1796004000'];
    expect(await series(registry)).toEqual([
      'mood_models{mood_state="neutral"} 7',
      'mood_models{mood_state="positive"} 2',
      'mood_models{mood_state="negative"} 1',
      'mood_models_active 4',
      'mood_models_known 10',
      'mood_models_adopted{days="7"} 3',
      'mood_models_adopted{days="30"} 5',
      'mood_reply_engagement_ratio 0.25',
      ...lasting,
    ]);
    // A day of replies whose hour has passed.
    expect(asked).toEqual(['engagement_60m', '2026-11-29T11:00:00.000Z', '2026-11-30T11:00:00.000Z']);
    time += 90_000;
    expect(await series(registry)).toEqual(['mood_rollup_lag_seconds 510', lasting[1]]);
  });

  test('leave out what is not known', async () => {
    const registry = new Registry();
    const { reader } = readerOf({
      progress: async () => ({ asOf, rolledUpUntil: null }),
      sums: async () => [],
      auditState: async () => ({ complete: 0, models: 0, verifiedUntil: null }),
    });
    await createAnalyticsMetrics(registry, reader, () => asOf.getTime())();
    const found = await series(registry);
    expect(found).toContain('mood_models_active 4');
    expect(found.filter((line) => /engagement|lag|audit/.test(line))).toEqual([]);
  });
});
