import { databaseSettings } from '@mood/db';
import { moderationSettings } from '@mood/moderation';
import { dataDirSetting } from '@mood/runtime';

/** What `npm run templates` reads from the environment. */
export const templateCommandSettings = {
  databaseUrl: { ...databaseSettings.databaseUrl, schema: databaseSettings.databaseUrl.schema.optional() },
  connectTimeoutMs: databaseSettings.connectTimeoutMs,
  dataDir: dataDirSetting,
  ...moderationSettings,
};
