import { withinTime } from '@mood/runtime';
import type { RedisConnection } from './connect-redis.ts';

const quitLimitMs = 1_000;

/** Lets what was sent be answered, for a second at most. Repeating it is harmless. */
export async function closeRedis(redis: RedisConnection): Promise<void> {
  if (redis.status === 'ready') {
    await withinTime(
      quitLimitMs,
      redis.quit().catch(() => undefined),
    );
  }
  redis.disconnect();
}
