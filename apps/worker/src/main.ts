import {
  connectDatabase,
  createAuditVault,
  createAutoReplyStore,
  createDatabaseService,
  createMoodStore,
  createOutboxStore,
  createTemplateCatalog,
  createUsageCounter,
} from '@mood/db';
import { createAnalyticsGateway, createMessageGateway, createPerformerDirectory, createUserDirectory } from '@mood/platform';
import { createEnqueuer, createQueueBackend } from '@mood/queue';
import { createLogger, createServiceGroup, exitOnBadSettings, runProcess } from '@mood/runtime';
import type { WorkerDependencies } from './dependencies.ts';
import { createJobService } from './job-service.ts';
import { createJobHandlers } from './jobs/index.ts';
import { createReconciler } from './outbox/reconciler.ts';
import { createRelay } from './outbox/relay.ts';
import { workerSettings } from './settings.ts';
import { createExpirySweeper } from './sweeps/expiry-sweeper.ts';
import { createPurger } from './sweeps/purger.ts';

const settings = exitOnBadSettings(workerSettings);
const logger = createLogger({ name: 'worker', level: settings.logLevel });
const database = connectDatabase({ ...settings, applicationName: 'mood-worker', logger });
const backend = createQueueBackend({
  redisUrl: settings.redisUrl,
  databaseUrl: settings.databaseUrl,
  prefix: settings.queuePrefix,
  schema: settings.queueSchema,
  applicationName: 'mood-worker-queue',
  logger,
});

const services = (baseUrl: string) => ({
  baseUrl,
  timeoutMs: settings.serviceTimeoutMs,
  authorization: settings.serviceToken && `Bearer ${settings.serviceToken}`,
});
const templates = createTemplateCatalog(database, { logger });
const usage = createUsageCounter(database, { logger });
const deps: WorkerDependencies = {
  moods: createMoodStore(database, createAuditVault(database, settings.auditMasterKeys)),
  autoReplies: createAutoReplyStore(database, settings.reconcilePatienceSeconds),
  outbox: createOutboxStore(database, settings.reconcilePatienceSeconds),
  templates,
  usage,
  users: createUserDirectory(services(settings.userServiceUrl)),
  performers: createPerformerDirectory(services(settings.performerServiceUrl)),
  messages: createMessageGateway(services(settings.messageServiceUrl)),
  analytics: createAnalyticsGateway(services(settings.analyticsServiceUrl)),
  enqueuer: createEnqueuer(backend),
  cooldownSeconds: settings.cooldownSeconds,
  clock: () => new Date(),
  logger,
};

// Stopped in reverse: first nothing new is published or swept, then the running jobs end, then the connections close.
const group = createServiceGroup(
  [
    createDatabaseService(database, logger),
    templates,
    usage,
    { name: 'queue backend', start: () => backend.ready(), stop: () => backend.close() },
    createJobService(backend, createJobHandlers(deps), settings.concurrency, logger),
    createRelay(deps, settings.relayIdleMs),
    createReconciler(deps, settings.reconcileEveryMs),
    createExpirySweeper(deps, settings.expirySweepMs),
    createPurger(database, logger, settings.purgeEveryMs),
  ],
  logger,
);
await runProcess(group, logger);
