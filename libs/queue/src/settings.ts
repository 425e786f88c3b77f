import { redisSettings } from '@mood/redis';
import { setting, weakUrlPassword } from '@mood/runtime';
import { z } from 'zod';

/** Where jobs wait: in Redis when REDIS_URL is set, in PostgreSQL otherwise. */
export const queueSettings = {
  ...redisSettings,
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'the PostgreSQL that holds the queues when there is no REDIS_URL, for example postgres://user:password@host:5432/mood',
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// URL' }).optional(),
    secret: true,
    weakness: weakUrlPassword,
  }),
  queueSchema: setting({
    env: 'QUEUE_SCHEMA',
    doc: 'the PostgreSQL schema of the queues',
    schema: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected a lower-case PostgreSQL identifier'),
    default: 'bullmq',
  }),
};
