import { redisSettings } from '@mood/redis';
import { envWholeNumber, setting, weakUrlPassword } from '@mood/runtime';
import { z } from 'zod';
import { mostShards } from './shards.ts';

export { mostShards } from './shards.ts';

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
  autoReplyShards: setting({
    env: 'AUTO_REPLY_SHARDS',
    doc: 'over how many queues in Redis the jobs of auto-reply are spread, by conversation; the same for all processes, and told to the message service. PostgreSQL has one whatever this says',
    schema: envWholeNumber('queues, a whole number', 1, mostShards),
    default: '1',
  }),
};
