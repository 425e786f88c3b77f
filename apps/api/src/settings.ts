import { auditSettings, databaseSettings } from '@mood/db';
import { moderationSettings } from '@mood/moderation';
import { authServiceSettings, platformSettings } from '@mood/platform';
import { envPort, envSeconds, loggerSettings, modeSettings, setting } from '@mood/runtime';
import { z } from 'zod';
import { edgeSettings } from './http/edge-settings.ts';

/** Every configuration key of the API. */
export const apiSettings = {
  port: setting({ env: 'PORT', doc: 'the port that the API listens on', schema: envPort, default: '3000' }),
  metricsPort: setting({
    env: 'METRICS_PORT',
    doc: 'the port of `/metrics` for Prometheus, on the same address; none when absent',
    schema: envPort.optional(),
  }),
  host: setting({ env: 'HOST', doc: 'the address that the API listens on', schema: z.string().min(1), default: '127.0.0.1' }),
  cooldownSeconds: setting({
    env: 'AUTO_REPLY_COOLDOWN_SECONDS',
    doc: 'seconds after an automatic reply in which its conversation gets no other',
    schema: envSeconds,
    default: '300',
  }),
  performerServiceUrl: platformSettings.performerServiceUrl,
  serviceTimeoutMs: platformSettings.serviceTimeoutMs,
  serviceToken: platformSettings.serviceToken,
  ...authServiceSettings,
  ...databaseSettings,
  ...auditSettings,
  ...moderationSettings,
  ...edgeSettings,
  ...loggerSettings,
  ...modeSettings,
};
