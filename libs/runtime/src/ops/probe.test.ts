import { describe, expect, test } from '@jest/globals';
import { createProbe, notConfigured } from './probe.ts';

describe('a probe', () => {
  test('of what answers is healthy', async () => {
    expect(await createProbe(async () => 'fine')()).toEqual({ status: 'healthy', latencyMs: expect.any(Number) });
  });

  test('of what fails is down, and does not say why to everybody', async () => {
    const probe = createProbe(() => Promise.reject(new Error('password "secret" is wrong')));
    expect(await probe()).toEqual({ status: 'down', message: 'cannot be reached, or refuses to work' });
  });

  test('of what does not answer in time is down', async () => {
    const probe = createProbe(() => new Promise<never>(() => {}), { limitMs: 1 });
    expect(await probe()).toEqual({ status: 'down', message: 'no answer within 1 ms' });
  });

  test.each(['read-only', 'down'] as const)('of what answers and is judged %s is that', async (status) => {
    const probe = createProbe(async () => 'so so', { judge: (answer) => ({ status, message: answer }) });
    expect(await probe()).toMatchObject({ status, message: 'so so' });
  });

  test('asks once for all that want to know at a time', async () => {
    let asked = 0;
    const probe = createProbe(async () => void (asked += 1));
    await Promise.all([probe(), probe(), probe()]);
    expect(asked).toBe(1);
  });

  test('of nothing is not configured', async () => {
    expect(await notConfigured()).toEqual({ status: 'not configured' });
  });
});
