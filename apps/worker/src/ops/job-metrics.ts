import { queueNames } from '@mood/queue';
import type { FinishedJob, FinishedOutcome } from '@mood/queue';
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const outcomes = ['done', 'retry', 'cancel', 'later', 'failed', 'interrupted'] as const satisfies readonly FinishedOutcome[];

/** In seconds: from the duration of one SQL statement to the timeout of a call to another service. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts and times every run of a job. @returns the callback to call after each run. */
export function createJobMetrics(registry: Registry): (job: FinishedJob) => void {
  const registers = [registry];
  const jobs = new Counter({
    name: 'mood_jobs_total',
    help: 'Runs of jobs, by how they ended: retry will run again, failed will not.',
    labelNames: ['queue', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'mood_job_duration_seconds',
    help: 'How long runs of jobs took.',
    labelNames: ['queue'],
    buckets,
    registers,
  });
  const bound = new Map<string, { duration: Histogram.Internal<'queue'>; byOutcome: Map<FinishedOutcome, Counter.Internal> }>(
    queueNames.map((queue) => [
      queue,
      { duration: durations.labels({ queue }), byOutcome: new Map(outcomes.map((outcome) => [outcome, jobs.labels({ queue, outcome })])) },
    ]),
  );
  for (const { byOutcome } of bound.values()) for (const child of byOutcome.values()) child.inc(0);

  return ({ queue, outcome, seconds }) => {
    const known = bound.get(queue);
    known?.byOutcome.get(outcome)?.inc();
    known?.duration.observe(seconds);
  };
}
