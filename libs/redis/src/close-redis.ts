import { endsWithin } from '@mood/runtime';
import type { RedisConnection } from './connect-redis.ts';

const quitLimitMs = 1_000;

/** Lets what was sent be answered, for a second at most. Repeating it is harmless. */
export async function closeRedis(redis: RedisConnection): Promise<void> {
  if (redis.status === 'ready') {
    const ended = new Promise<void>((resolve) => {
      redis.once('end', () => resolve());
    });
    const quit = redis.quit().then(
      () => ended,
      () => undefined,
    );
    await endsWithin(quitLimitMs, quit);
  }
  // On a connection that has ended it would start a timer that keeps the process from ending for two seconds.
  if (redis.status !== 'end') redis.disconnect();
}
