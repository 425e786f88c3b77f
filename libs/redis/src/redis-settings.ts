import { setting, weakSecret } from '@mood/runtime';
import { z } from 'zod';
import { parseRedisUrl } from './redis-url.ts';

/** The least characters of a password in a URL. */
const minPasswordLength = 12;

const redisUrlSchema = z.string().superRefine((url, context) => {
  try {
    parseRedisUrl(url);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'it cannot be read' });
  }
});

function weakness(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { password, sentinelPassword } = parseRedisUrl(url);
  const [found] = [password, sentinelPassword].flatMap((given) => (given ? (weakSecret(given, minPasswordLength) ?? []) : []));
  return found === undefined ? undefined : `of its password, ${found}`;
}

/** Which Redis, if any, and what our keys in it begin with. */
export const redisSettings = {
  redisUrl: setting({
    env: 'REDIS_URL',
    doc: 'the Redis that holds the queues and the cache of moods, for example redis://user:password@host:6379; redis+sentinel://host,host/master and redis+cluster://host,host for those, rediss… for TLS. PostgreSQL holds the queues, and nothing is cached, when absent',
    schema: redisUrlSchema.optional(),
    secret: true,
    weakness,
  }),
  queuePrefix: setting({
    env: 'QUEUE_PREFIX',
    doc: 'what every key in Redis begins with',
    schema: z.string().regex(/^[A-Za-z0-9_{}-]{1,40}$/, 'expected 1 to 40 of A-Z a-z 0-9 _ - { }'),
    default: 'mood',
  }),
};
