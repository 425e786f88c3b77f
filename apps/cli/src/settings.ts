import { auditSettings, databaseSettings } from '@mood/db';
import { flagSettings } from '@mood/flags';
import { moderationSettings } from '@mood/moderation';
import { dataDirSetting } from '@mood/runtime';
import type { SettingValues } from '@mood/runtime';

const locationSettings = {
  databaseUrl: { ...databaseSettings.databaseUrl, schema: databaseSettings.databaseUrl.schema.optional() },
  connectTimeoutMs: databaseSettings.connectTimeoutMs,
  dataDir: dataDirSetting,
};

/** What `npm run templates` reads from the environment. */
export const templateCommandSettings = { ...locationSettings, ...moderationSettings };

/** What the audit commands read from the environment. */
export const auditCommandSettings = {
  ...locationSettings,
  auditMasterKeys: { ...auditSettings.auditMasterKeys, schema: auditSettings.auditMasterKeys.schema.optional() },
};

export type AuditCommandSettings = SettingValues<typeof auditCommandSettings>;

/** What `npm run flags` reads from the environment. */
export const flagCommandSettings = { ...locationSettings, ...flagSettings };
/** What `npm run analytics` reads from the environment. */
export const analyticsCommandSettings = locationSettings;
