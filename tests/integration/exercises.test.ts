import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

describe('an exercise', () => {
  const services = [
    ['auth', 'authService'],
    ['users', 'userService'],
    ['performers', 'performerService'],
    ['messages', 'messageService'],
    ['analytics', 'analyticsService'],
  ] as const;
  const modes = ['error', 'rate-limited', 'timeout', 'drop-after-effect'] as const;
  const health = async () => (await stack.api.get('/health')).body;

  test.each(services.flatMap(([service, check]) => modes.map((mode) => [service, mode, check] as const)))(
    'with %s set to %s is seen as degraded, by the name of that service alone, until it is over',
    async (service, mode, check) => {
      await stack.platform.setFault(service, mode);
      const degraded = await eventually(health, (body) => body.status === 'degraded');
      const down = Object.entries<{ status: string }>(degraded.checks).filter(([, { status }]) => status === 'down');
      expect(down.map(([name]) => name)).toEqual([check]);
      expect(degraded.checks.database.status).toBe('healthy');
      await stack.platform.setFault(service, 'ok');
      await eventually(health, (body) => body.status === 'healthy');
    },
  );
});
