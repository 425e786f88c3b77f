import { setting, weakUrlPassword } from '@mood/runtime';
import { z } from 'zod';

/** Where jobs wait: in Redis when REDIS_URL is set, in PostgreSQL otherwise. */
export const queueSettings = {
  redisUrl: setting({
    env: 'REDIS_URL',
    doc: 'the Redis that holds the queues, for example redis://user:password@host:6379; PostgreSQL holds them when absent',
    schema: z.url({ protocol: /^rediss?$/, error: 'expected a redis:// or rediss:// URL' }).optional(),
    secret: true,
    weakness: weakUrlPassword,
  }),
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'the PostgreSQL that holds the queues when there is no REDIS_URL, for example postgres://user:password@host:5432/mood',
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// URL' }).optional(),
    secret: true,
    weakness: weakUrlPassword,
  }),
  queuePrefix: setting({
    env: 'QUEUE_PREFIX',
    doc: 'what every key of the queues in Redis begins with',
    schema: z.string().regex(/^[A-Za-z0-9_{}-]{1,40}$/, 'expected 1 to 40 of A-Z a-z 0-9 _ - { }'),
    default: 'mood',
  }),
  queueSchema: setting({
    env: 'QUEUE_SCHEMA',
    doc: 'the PostgreSQL schema of the queues',
    schema: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected a lower-case PostgreSQL identifier'),
    default: 'bullmq',
  }),
};
