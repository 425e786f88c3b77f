import { createAutoReplyProducer } from '@mood/client/queue';
import { createLogger, createServiceGroup, describeSettings, exitOnBadSettings, readCommandLine, runProcess } from '@mood/runtime';
import { createPlatformService } from './platform/platform-service.ts';
import { sandboxSettings } from './settings.ts';

readCommandLine(
  `The platform's stand-in: tokens, people, messages, faults.\n\nSettings, from the environment:\n${describeSettings(sandboxSettings)}`,
  {},
);
const settings = exitOnBadSettings(sandboxSettings);
const logger = createLogger({ name: 'sandbox', level: settings.logLevel });
const { redisUrl, databaseUrl, queuePrefix, queueSchema, autoReplyShards } = settings;

/** It connects with the first message, so the platform may start before the queue is there. */
const producer =
  redisUrl === undefined && databaseUrl === undefined
    ? undefined
    : createAutoReplyProducer({ redisUrl, databaseUrl, prefix: queuePrefix, schema: queueSchema, shards: autoReplyShards });
if (producer === undefined) logger.warn('neither REDIS_URL nor DATABASE_URL is set: conversations cannot be played');

const producerService = { name: 'auto-reply producer', start: async () => {}, stop: async () => producer?.close() };
const { clientId, clientSecret } = settings;
const client = clientId === undefined || clientSecret === undefined ? undefined : { id: clientId, secret: clientSecret };
const platform = createPlatformService({ ...settings, client, producer, logger });
await runProcess(createServiceGroup([producerService, platform], logger), logger);
