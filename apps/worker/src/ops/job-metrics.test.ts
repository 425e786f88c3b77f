import { describe, expect, test } from '@jest/globals';
import { queueNames } from '@mood/queue';
import type { FinishedJob } from '@mood/queue';
import { Registry } from 'prom-client';
import { createJobMetrics } from './job-metrics.ts';

const outcomes: FinishedJob['outcome'][] = ['done', 'retry', 'cancel', 'later', 'failed', 'interrupted'];

const runOf = (outcome: FinishedJob['outcome'], seconds: number): FinishedJob => ({
  queue: 'auto-reply',
  name: 'send-auto-reply',
  outcome,
  seconds,
});

describe('the runs of jobs', () => {
  test('are there from the start with 0, for every queue and outcome', async () => {
    const registry = new Registry();
    createJobMetrics(registry);
    const text = await registry.metrics();
    for (const queue of queueNames)
      for (const outcome of outcomes) expect(text).toContain(`mood_jobs_total{queue="${queue}",outcome="${outcome}"} 0\n`);
  });

  test.each(outcomes)('that end as %s are counted as that and as nothing else', async (outcome) => {
    const registry = new Registry();
    createJobMetrics(registry)(runOf(outcome, 1));
    const counted = (await registry.getSingleMetric('mood_jobs_total')?.get())?.values.filter(({ value }) => value > 0);
    expect(counted).toMatchObject([{ labels: { queue: 'auto-reply', outcome }, value: 1 }]);
  });

  test('are timed in seconds', async () => {
    const registry = new Registry();
    const onFinished = createJobMetrics(registry);
    onFinished(runOf('done', 0.25));
    onFinished(runOf('failed', 2));
    const text = await registry.metrics();
    expect(text).toContain('mood_job_duration_seconds_sum{queue="auto-reply"} 2.25\n');
    expect(text).toContain('mood_job_duration_seconds_count{queue="auto-reply"} 2\n');
    expect(text).toContain('mood_job_duration_seconds_bucket{le="0.1",queue="auto-reply"} 0\n');
    expect(text).toContain('mood_job_duration_seconds_bucket{le="0.25",queue="auto-reply"} 1\n');
  });
});
