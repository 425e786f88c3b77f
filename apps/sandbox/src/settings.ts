import { redisSettings } from '@mood/redis';
import { envCount, envPort, envUrl, loggerSettings, setting } from '@mood/runtime';
import { z } from 'zod';

export const sandboxSettings = {
  ...loggerSettings,
  port: setting({
    env: 'SANDBOX_PORT',
    doc: 'the port that the stand-in platform listens on; 0 takes a free one',
    schema: envPort,
    default: '4000',
  }),
  host: setting({
    env: 'SANDBOX_HOST',
    doc: 'the address that the stand-in platform listens on. It issues tokens to anybody who asks: keep it on the loopback address',
    schema: z.string(),
    default: '127.0.0.1',
  }),
  dataFile: setting({
    env: 'SANDBOX_DATA_FILE',
    doc: 'a JSON file that keeps people, revocations and the signing key between starts; not set: each start begins anew',
    schema: z.string().optional(),
  }),
  issuer: setting({
    env: 'AUTH_ISSUER',
    doc: 'the issuer (iss) named in every token',
    schema: z.string('expected the issuer').min(1),
    default: 'http://127.0.0.1:4000',
  }),
  publicUrl: setting({
    env: 'SANDBOX_PUBLIC_URL',
    doc: 'the URL at which browsers find the stand-in platform, to sign in; where it is called when absent',
    schema: envUrl.optional(),
  }),
  clientId: setting({
    env: 'AUTH_CLIENT_ID',
    doc: 'the client that may have people signed in; any, without a secret, when absent',
    schema: z.string().optional(),
    needs: 'AUTH_CLIENT_SECRET',
  }),
  clientSecret: setting({
    env: 'AUTH_CLIENT_SECRET',
    doc: 'its secret',
    schema: z.string().optional(),
    secret: true,
    needs: 'AUTH_CLIENT_ID',
  }),
  audience: setting({
    env: 'AUTH_AUDIENCE',
    doc: 'the audience (aud) named in every token',
    schema: z.string(),
    default: 'mood-messaging',
  }),
  ...redisSettings,
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'the PostgreSQL that holds the auto-reply queue when there is no Redis',
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgresql:// URL' }).optional(),
    secret: true,
  }),
  moodApiUrl: setting({
    env: 'MOOD_API_URL',
    doc: 'the API of the mood system, which renders greetings, farewells and thanks; not set: they cannot be played',
    schema: envUrl.optional(),
  }),
  publicApiUrl: setting({
    env: 'MOOD_API_PUBLIC_URL',
    doc: 'the same API as browsers reach it, for the badges of the chat page; MOOD_API_URL when not set',
    schema: envUrl.optional(),
  }),
  queueSchema: setting({
    env: 'QUEUE_SCHEMA',
    doc: 'the PostgreSQL schema of the auto-reply queue, as the mood system has it',
    schema: z.string(),
    default: 'bullmq',
  }),
  autoReplyShards: setting({
    env: 'AUTO_REPLY_SHARDS',
    doc: 'over how many queues in Redis reports are spread, as the mood system has it',
    schema: envCount,
    default: '1',
  }),
};
