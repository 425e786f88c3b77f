import { auditSettings, autoReplySettings, databaseSettings, readReplicaSettings } from '@mood/db';
import { flagSettings } from '@mood/flags';
import { moderationSettings } from '@mood/moderation';
import { authServiceSettings, platformSettings } from '@mood/platform';
import { queueSettings } from '@mood/queue/settings';
import { describeSettings, envPort, envWholeNumber, loggerSettings, modeSettings, opsSettings, setting } from '@mood/runtime';
import { edgeSettings } from './http/edge-settings.ts';
import { panelSettings } from './panel/panel-settings.ts';
import { streamSettings } from './live/stream-settings.ts';

/** Every configuration key of the API. */
export const apiSettings = {
  port: setting({ env: 'PORT', doc: 'the port that the API listens on', schema: envPort, default: '3000' }),
  ...opsSettings,
  shutdownDelayMs: setting({
    env: 'SHUTDOWN_DELAY_MS',
    doc: 'milliseconds for which the API goes on after a SIGTERM, while `/readyz` says 503, so that load balancers turn elsewhere; up to 60000',
    schema: envWholeNumber('milliseconds, a whole number', 0, 60_000),
    default: '0',
  }),
  userServiceUrl: platformSettings.userServiceUrl,
  performerServiceUrl: platformSettings.performerServiceUrl,
  messageServiceUrl: platformSettings.messageServiceUrl,
  // Only the worker calls the Analytics Service; the API reports its health.
  analyticsServiceUrl: setting({ ...platformSettings.analyticsServiceUrl, schema: platformSettings.analyticsServiceUrl.schema.optional() }),
  analyticsEvents: platformSettings.analyticsEvents,
  serviceTimeoutMs: platformSettings.serviceTimeoutMs,
  serviceToken: platformSettings.serviceToken,
  ...authServiceSettings,
  ...queueSettings,
  ...databaseSettings,
  ...readReplicaSettings,
  ...auditSettings,
  ...autoReplySettings,
  ...moderationSettings,
  ...flagSettings,
  ...edgeSettings,
  ...panelSettings,
  ...streamSettings,
  ...loggerSettings,
  ...modeSettings,
};

/** The text of `npm run api -- --help`. */
export const apiHelp = `npm run api: the API, which answers users, models and administrators. Migrate the database first (npm run migrate).

It runs until SIGTERM. The exit code is 0 after a stop that was asked for, 1 when it could not start, 2 when the command line was not understood.

Settings, from the environment:
${describeSettings(apiSettings)}`;
