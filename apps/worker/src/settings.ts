import { abuseSettings, auditSettings, autoReplySettings, databaseSettings } from '@mood/db';
import { flagSettings } from '@mood/flags';
import { moderationSettings } from '@mood/moderation';
import { platformSettings } from '@mood/platform';
import { queueSettings } from '@mood/queue';
import {
  describeSettings,
  envCount,
  envMilliseconds,
  envSeconds,
  envWholeNumber,
  loggerSettings,
  modeSettings,
  opsSettings,
  setting,
} from '@mood/runtime';

/** Every configuration key of the worker. */
export const workerSettings = {
  concurrency: setting({
    env: 'WORKER_CONCURRENCY',
    doc: 'how many jobs of each queue this process runs at a time',
    schema: envCount,
    default: '50',
  }),
  relayIdleMs: setting({
    env: 'RELAY_IDLE_MS',
    doc: 'milliseconds between two looks at the outbox while there is something in it; otherwise the worker is told of what comes, and looks every two seconds',
    schema: envMilliseconds,
    default: '100',
  }),
  reconcileEveryMs: setting({
    env: 'RECONCILE_EVERY_MS',
    doc: 'milliseconds between two looks for promises that the queue lost',
    schema: envMilliseconds,
    default: '5000',
  }),
  reconcilePatienceSeconds: setting({
    env: 'RECONCILE_PATIENCE_SECONDS',
    doc: 'seconds after which a published promise without effect is looked at',
    schema: envSeconds,
    default: '15',
  }),
  rollUpEveryMs: setting({
    env: 'ROLL_UP_EVERY_MS',
    doc: 'milliseconds between two looks for buckets of analytics that are due',
    schema: envMilliseconds,
    default: '60000',
  }),
  purgeEveryMs: setting({
    env: 'PURGE_EVERY_MS',
    doc: 'milliseconds between two clean-ups of rows that are out of date',
    schema: envMilliseconds,
    default: '600000',
  }),
  keepRepliesDays: setting({
    env: 'RETENTION_REPLIES_DAYS',
    doc: 'days that automatic replies are kept that are over: models see them, a message that is reported again is known by them; those of an experiment are kept until its results are. With fewer than 30, what a model sees of 30 days is of so many',
    schema: envWholeNumber('days, a whole number', 12, 3_650),
    default: '30',
  }),
  ...abuseSettings,
  ...opsSettings,
  ...platformSettings,
  ...queueSettings,
  ...databaseSettings,
  ...auditSettings,
  ...autoReplySettings,
  ...moderationSettings,
  ...flagSettings,
  ...loggerSettings,
  ...modeSettings,
};

/** The text of `npm run worker -- --help`. */
export const workerHelp = `npm run worker: the worker, which runs the jobs: automatic replies, expiries, notifications, events. Migrate the database first (npm run migrate).

It runs until SIGTERM. The exit code is 0 after a stop that was asked for, 1 when it could not start, 2 when the command line was not understood.

Settings, from the environment:
${describeSettings(workerSettings)}`;
