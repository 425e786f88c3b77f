import { queueSettings } from '@mood/queue/settings';
import { redisSettings } from '@mood/redis';
import { dataDirSetting, describeSettings, envPort, setting } from '@mood/runtime';
import { z } from 'zod';

/** What `npm start` listens to. Everything else in the environment reaches the processes as it is. */
export const launcherSettings = {
  dataDir: dataDirSetting,
  port: setting({ env: 'PORT', doc: 'the port of the API; 0 takes a free one', schema: envPort, default: '3000' }),
  sandboxPort: setting({
    env: 'SANDBOX_PORT',
    doc: 'the port of the stand-in platform; 0 takes a free one',
    schema: envPort,
    default: '4000',
  }),
  metricsPort: setting({
    env: 'METRICS_PORT',
    doc: 'the port of the API for operations (/metrics, /livez, /readyz, /health); a free one when absent or 0',
    schema: envPort.optional(),
  }),
  workerMetricsPort: setting({
    env: 'WORKER_METRICS_PORT',
    doc: 'the same for the worker; the one after METRICS_PORT when absent',
    schema: envPort.optional(),
  }),
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'a PostgreSQL 18 database to use in place of the embedded one',
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// URL' }).optional(),
    secret: true,
  }),
  redisUrl: redisSettings.redisUrl,
  queueSchema: queueSettings.queueSchema,
  masterKeys: setting({
    env: 'AUDIT_MASTER_KEYS',
    doc: 'the keys that wrap the audit data keys; made at the first start when absent',
    schema: z.string().optional(),
    secret: true,
  }),
  sessionKeys: setting({
    env: 'SESSION_KEYS',
    doc: 'the keys that session cookies of the panel are sealed with; made at the first start when absent',
    schema: z.string().optional(),
    secret: true,
  }),
};

/** The text of `npm start -- --help`. */
export function helpText(): string {
  return [
    'npm start: the whole system on this machine: PostgreSQL, the stand-in platform, the API and the worker.',
    'Ctrl-C stops it; what was stored is there again at the next start.',
    '',
    'Settings, from the environment:',
    describeSettings(launcherSettings),
    '',
    'The exit code is 0 after Ctrl-C, 1 when it could not start, 2 when the command line was not understood.',
  ].join('\n');
}
