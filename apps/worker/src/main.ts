import os from 'node:os';
import {
  cacheLeaseFrom,
  connectDatabase,
  createAlertRaiser,
  createAuditVault,
  createAutoReplyStore,
  createDatabaseService,
  createFlagCatalog,
  createMoodNotifier,
  createMoodStore,
  createOutboxStore,
  createProcessCounter,
  createPromiseListener,
  createRevisionWatch,
  createSkippedTemplatesReport,
  createTemplateCatalog,
  createUsageCounter,
} from '@mood/db';
import { replyOutcomes } from '@mood/domain';
import { openConfiguredFlags } from '@mood/flags';
import { createMoodMetrics, createRenderMetrics, createReplyMetrics } from '@mood/metrics';
import { createContentPolicy, createRefusedValuesMetric } from '@mood/moderation';
import {
  createAnalyticsGateway,
  createMessageGateway,
  createPerformerDirectory,
  createUserDirectory,
  watchAnalytics,
  watchMessages,
  watchPerformers,
  watchUsers,
} from '@mood/platform';
import { createEnqueuer, createQueueBackend, promiseKinds } from '@mood/queue';
import {
  createAdmission,
  createDependencyMetrics,
  createLogger,
  createMetricsRegistry,
  createOpsServer,
  createProblemLog,
  createReadyz,
  createServiceGroup,
  exitOnBadSettings,
  exitOnLateSettingsError,
  livez,
  readCommandLine,
  runProcess,
} from '@mood/runtime';
import { createMoodBroadcaster, createMoodCache, refreshMoods, writeThrough } from '@mood/cache';
import { createRedisWatch } from '@mood/redis';
import { createAlertLoop } from './abuse/alert-loop.ts';
import { createAlertMetrics } from './abuse/alert-metrics.ts';
import type { WorkerDependencies } from './dependencies.ts';
import { createJobService } from './job-service.ts';
import { createJobHandlers } from './jobs/index.ts';
import { createBacklogMetrics } from './ops/backlog-metrics.ts';
import { createJobMetrics } from './ops/job-metrics.ts';
import { createProgress } from './ops/progress.ts';
import { createReadiness } from './ops/readiness.ts';
import { createReconciler } from './outbox/reconciler.ts';
import { createRelay, relayRestMs } from './outbox/relay.ts';
import { workerHelp, workerSettings } from './settings.ts';
import { createRoller } from './rollups/roller.ts';
import { createStockTaker } from './rollups/stock-taker.ts';
import { createPurger } from './sweeps/purger.ts';

// The API, whose callers wait, goes first where both share a processor.
const { PRIORITY_BELOW_NORMAL } = os.constants.priority;
// Only lowered, never raised: raising a priority needs root.
if (os.getPriority() < PRIORITY_BELOW_NORMAL) os.setPriority(PRIORITY_BELOW_NORMAL);

readCommandLine(workerHelp, {});
const settings = exitOnBadSettings(workerSettings);
const logger = createLogger({ name: 'worker', level: settings.logLevel });
const registry = createMetricsRegistry();
const dependencyMetrics = createDependencyMetrics(registry);
const relayTimes = { idleMs: settings.relayIdleMs, restMs: Math.max(relayRestMs, settings.relayIdleMs) };
const progress = createProgress({ relayRestMs: relayTimes.restMs });
const database = connectDatabase({ ...settings, applicationName: 'mood-worker', onFailure: dependencyMetrics.countDatabaseError, logger });
const backend = createQueueBackend({
  redisUrl: settings.redisUrl,
  databaseUrl: settings.databaseUrl,
  prefix: settings.queuePrefix,
  schema: settings.queueSchema,
  autoReplyShards: settings.autoReplyShards,
  applicationName: 'mood-worker-queue',
  logger,
});

const services = (baseUrl: string) => ({
  baseUrl,
  timeoutMs: settings.serviceTimeoutMs,
  authorization: settings.serviceToken && `Bearer ${settings.serviceToken}`,
  logger,
});
const { redisUrl, queuePrefix: prefix } = settings;
const onMoodChange = createMoodMetrics(registry, ['system']);
const storedMoods = createMoodStore(database, createAuditVault(database, settings.auditMasterKeys), {
  sharedReads: true,
  onOverdueReset(moods) {
    for (const { moodState } of moods) onMoodChange('system', moodState);
  },
});
const revisions = createRevisionWatch(database, { logger });
const cacheOptions = {
  prefix,
  applicationName: 'mood-worker',
  logger,
  store: storedMoods,
  createLease: cacheLeaseFrom(database, { logger, revisions }),
};
const cache = redisUrl === undefined ? undefined : createMoodCache({ redisUrl, ...cacheOptions });
const broadcaster =
  redisUrl === undefined ? undefined : createMoodBroadcaster({ redisUrl, prefix, applicationName: 'mood-worker', logger });
const moodNews = broadcaster ?? createMoodNotifier(database);
const tellNewsProblem = createProblemLog(logger, 'API processes could not be told of changed moods: streams show them some seconds later');
const meanwhile = 'jobs wait in PostgreSQL, this worker goes on trying and is not ready (/readyz 503) until it answers';
const redisWatch = redisUrl === undefined ? [] : [createRedisWatch({ redisUrl, applicationName: 'mood-worker', meanwhile, logger })];
const templates = createTemplateCatalog(database, { logger, revisions });
const { flagsProvider } = settings;
// No reply goes out before it is known whether replies are switched off.
const flagOptions = { flagsProvider, openRules: () => createFlagCatalog(database, { logger, revisions }), logger, waitsUntilKnown: true };
const { flags, services: flagServices } = await exitOnLateSettingsError(() => openConfiguredFlags(flagOptions));
const usage = createUsageCounter(database, { logger });
const processCounter = createProcessCounter(database, { logger });
const deps: WorkerDependencies = {
  moods: cache === undefined ? storedMoods : writeThrough(storedMoods, cache),
  onMoodChange,
  refreshMoods: async (modelIds) => {
    if (cache !== undefined) await refreshMoods(storedMoods, cache, modelIds);
  },
  tellOfMoods: (news) => void moodNews.publish(news).catch((error: unknown) => tellNewsProblem('mood news', error)),
  autoReplies: createAutoReplyStore(database, settings.reconcilePatienceSeconds),
  onReplyOutcome: createReplyMetrics(registry, replyOutcomes),
  onRender: createRenderMetrics(registry, ['auto_response'], ['rendered', 'built_in']),
  outbox: progress.watchOutbox(createOutboxStore(database, settings.reconcilePatienceSeconds, promiseKinds)),
  flags,
  templates,
  usage,
  processCounter,
  contentPolicy: createContentPolicy(settings),
  refusedValues: createRefusedValuesMetric(registry),
  skippedTemplates: createSkippedTemplatesReport(registry, logger),
  users: watchUsers(
    createUserDirectory({ ...services(settings.userServiceUrl), onOddField: dependencyMetrics.countOddFields('users') }),
    dependencyMetrics.watchService('users'),
  ),
  performers: watchPerformers(
    createPerformerDirectory({ ...services(settings.performerServiceUrl), onOddField: dependencyMetrics.countOddFields('performers') }),
    dependencyMetrics.watchService('performers'),
  ),
  messages: watchMessages(createMessageGateway(services(settings.messageServiceUrl)), dependencyMetrics.watchService('messages')),
  analytics: watchAnalytics(createAnalyticsGateway(services(settings.analyticsServiceUrl)), dependencyMetrics.watchService('analytics')),
  analyticsEvents: settings.analyticsEvents,
  enqueuer: progress.watchEnqueuer(createEnqueuer(backend)),
  autoReplyRules: settings,
  clock: () => new Date(),
  logger,
};

const promiseNews = createPromiseListener({
  ...settings,
  applicationName: 'mood-worker-news',
  logger,
  onHeard: () => relay.wake(),
  onGap: () => relay.wake(),
});
const relay = createRelay(deps, { ...relayTimes, isTold: () => promiseNews.isListening() });
const countJob = createJobMetrics(registry);
const jobs = createJobService(backend, createJobHandlers(deps, settings.concurrency), {
  concurrencyPerQueue: settings.concurrency,
  onFinished(job) {
    countJob(job);
    // What it has promised.
    relay.wake();
  },
  logger,
});
createBacklogMetrics(registry, database, backend);
const databaseService = createDatabaseService(database, { masterKeys: settings.auditMasterKeys, logger });
const admission = createAdmission();
const { metricsPort, host } = settings;
const isReady = createReadiness({ database: databaseService, jobs, progress, admission }, registry);
const pages = {
  '/livez': livez,
  '/readyz': createReadyz(isReady),
};
const opsServer = metricsPort === undefined ? [] : [createOpsServer({ port: metricsPort, host, registry, pages, logger })];

// Stopped in reverse: first nothing new is published or purged, then the running jobs end, then the connections close.
const group = createServiceGroup(
  [
    ...opsServer,
    databaseService,
    ...redisWatch,
    ...(cache === undefined ? [] : [cache]),
    ...(broadcaster === undefined ? [] : [broadcaster]),
    revisions,
    ...flagServices,
    usage,
    processCounter,
    { name: 'queue backend', start: () => backend.ready(), stop: () => backend.close() },
    jobs,
    promiseNews,
    relay,
    createReconciler(deps, settings.reconcileEveryMs),
    createAlertLoop({
      raise: createAlertRaiser(database, {
        thresholds: {
          limit_refusals: settings.abuseLimitRefusals,
          content_refusals: settings.abuseContentRefusals,
          changes: settings.abuseChanges,
        },
        recipients: settings.abuseAlertRecipients,
        everyMs: settings.abuseCheckEveryMs,
      }),
      onOpened: createAlertMetrics(registry, database),
      everyMs: settings.abuseCheckEveryMs,
      logger,
    }),
    createPurger(database, logger, settings),
    createRoller(database, { everyMs: settings.rollUpEveryMs, registry, logger }),
    createStockTaker(database, { everyMs: settings.rollUpEveryMs, registry, logger }),
    admission,
  ],
  logger,
);
await runProcess(group, logger, { isReady });
