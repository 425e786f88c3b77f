import { describe, expect, test } from '@jest/globals';
import type { Finding } from '@mood/runtime';
import { createHealth, createHealthPages, healthStatusOf } from './health.ts';

const now = new Date('2026-01-02T03:04:05.000Z');
const names = ['cache', 'authService', 'userService', 'performerService', 'messageService', 'analyticsService'] as const;
type Checked = 'database' | (typeof names)[number];

/** The health of an API in which all is well but what is given. */
function healthWith(given: Partial<Record<Checked, Finding['status']>>, isOpen: () => boolean = () => true) {
  const probe = (name: Checked) => async (): Promise<Finding> => ({ status: given[name] ?? 'healthy' });
  return createHealth({
    database: probe('database'),
    cache: probe('cache'),
    services: {
      authService: probe('authService'),
      userService: probe('userService'),
      performerService: probe('performerService'),
      messageService: probe('messageService'),
      analyticsService: probe('analyticsService'),
    },
    admission: { isOpen },
    clock: () => now,
  });
}

describe('the report of the health', () => {
  test('names every dependency and the time', async () => {
    const report = await healthWith({}).report();
    const checks = Object.fromEntries(['database', ...names].map((name) => [name, { status: 'healthy' }]));
    expect(report).toEqual({ status: 'healthy', timestamp: now.toISOString(), checks });
    expect(healthStatusOf(report)).toBe(200);
  });

  test.each(names)('is degraded when %s alone is down, and says which it is', async (name) => {
    const report = await healthWith({ [name]: 'down' }).report();
    const down = Object.entries(report.checks).filter(([, { status }]) => status === 'down');
    expect([report.status, healthStatusOf(report), down.map(([which]) => which)]).toEqual(['degraded', 200, [name]]);
  });

  test.each(names)('is healthy when there is no %s to ask', async (name) => {
    expect((await healthWith({ [name]: 'not configured' }).report()).status).toBe('healthy');
  });

  test.each<Finding['status']>(['down', 'read-only'])('is down while the database is %s, whatever else there is', async (status) => {
    for (const others of [{}, { cache: 'down' } as const]) {
      const report = await healthWith({ database: status, ...others }).report();
      expect([report.status, healthStatusOf(report)]).toEqual(['down', 503]);
    }
  });
});

describe('requests are wanted', () => {
  test.each<[Finding['status'], boolean]>([
    ['healthy', true],
    ['read-only', true],
    ['down', false],
  ])('while the database is %s: %j', async (database, wanted) => {
    expect(await healthWith({ database, authService: 'down', cache: 'down' }).isReady()).toBe(wanted);
    expect((await createHealthPages(healthWith({ database }))['/readyz']()).status).toBe(wanted ? 200 : 503);
  });

  test('not before the start, and no more once the process closes, also while the database is asked', async () => {
    expect(await healthWith({}, () => false).isReady()).toBe(false);
    const answers = [true, false];
    expect(await healthWith({}, () => answers.shift() ?? false).isReady()).toBe(false);
  });
});
