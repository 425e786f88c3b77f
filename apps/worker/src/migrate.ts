import { databaseSettings, migrate } from '@mood/db';
import { migrateQueueSchema, queueSettings } from '@mood/queue';
import { createLogger, exitOnBadSettings, loggerSettings } from '@mood/runtime';

/** `npm run migrate`: the schema of the system, and that of the queue when it lives in PostgreSQL. */
const settings = exitOnBadSettings({ ...queueSettings, databaseUrl: databaseSettings.databaseUrl, ...loggerSettings });
const logger = createLogger({ name: 'migrate', level: settings.logLevel });
try {
  await migrate({ databaseUrl: settings.databaseUrl, logger });
  if (settings.redisUrl === undefined) await migrateQueueSchema({ databaseUrl: settings.databaseUrl, schema: settings.queueSchema });
} catch (error) {
  logger.fatal({ err: error }, 'the migration failed; nothing of the failed step was kept');
  process.exitCode = 1;
}
