import { describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { UnrecoverableError } from 'bullmq';
import type { Job } from 'bullmq';
import type { JobHandlers } from './job-handler.ts';
import type { JobPayload } from './job-queue.ts';
import { runJob } from './run-job.ts';

class RefusedByService extends Error {
  override readonly name = 'RefusedByService';
}

/** How a job ends whose handler throws this. */
async function settle(thrown: unknown, lastAttempt = true) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no other handler is called
  const handlers = { 'deliver-notification': () => Promise.reject(thrown) } as unknown as JobHandlers;
  const context = { jobId: 'job', attempt: 1, lastAttempt, signal: new AbortController().signal, logger: createCapturedLog().logger };
  const enqueuer = { add: async () => {}, addMany: async () => {} };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it reads of a job
  const job = { data: { notificationId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d' } } as unknown as Job<JobPayload>;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing is put off here
  const deps = { handlers, enqueuer: enqueuer as never, isStopping: () => false };
  return runJob(deps, 'deliver-notification', job, undefined, context);
}

const away = (cause: unknown) => new Error('The message service is not available right now. Try again in a few seconds.', { cause });

describe('the reason of a failed job', () => {
  test.each<[string, unknown, string]>([
    ['what the service answered', away(new Error('messages answered 500')), '(messages answered 500)'],
    ['why there was no answer', away(new Error('no answer in time', { cause: new Error('aborted') })), '(no answer in time (aborted))'],
    [
      'what a connection failed with',
      away(new AggregateError([new Error('connect ECONNREFUSED ::1:4000')])),
      '(connect ECONNREFUSED ::1:4000)',
    ],
    ['a refusal', new RefusedByService('messages answered 404'), 'messages answered 404'],
    ['a fault of ours', new TypeError('x is not a function'), 'x is not a function'],
  ])('names %s', async (_name, thrown, words) => {
    const { outcome, error } = await settle(thrown);
    expect(outcome).toBe('failed');
    expect(error?.message).toContain(words);
    expect(error?.stack).toContain(words);
    expect(error?.stack).toMatch(/\n +at /);
  });

  test('is final for a refusal whatever attempts are left, and not for an outage', async () => {
    expect((await settle(new RefusedByService('messages answered 404'), false)).error).toBeInstanceOf(UnrecoverableError);
    const { outcome, error } = await settle(away(new Error('messages answered 503')), false);
    expect([outcome, error instanceof UnrecoverableError]).toEqual(['retry', false]);
  });

  test('holds no credentials and no token, and is bounded', async () => {
    const cause = new Error(`http://me:secret@messages/ refused Bearer eyJhbGciOi.eyJzdWIi.c2ln ${'x'.repeat(50_000)}`);
    const { error } = await settle(away(cause));
    const kept = `${error?.message}\n${error?.stack}`;
    for (const secret of ['secret', 'eyJ']) expect(kept).not.toContain(secret);
    expect(error?.message.length).toBeLessThanOrEqual(1_000);
  });
});
