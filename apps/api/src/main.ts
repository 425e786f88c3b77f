import path from 'node:path';
import {
  cacheLeaseFrom,
  connectDatabase,
  createAnalyticsReader,
  createAlertStore,
  createAuditLog,
  createAuditVault,
  createAutoReplyStore,
  createReplyLog,
  createDatabaseClock,
  createDatabaseService,
  createExperimentStore,
  createFeedbackStore,
  createFlagCatalog,
  createFlagStore,
  createMoodHistory,
  createMoodOverview,
  createRecentMoods,
  createMoodStore,
  createPerformerRegistry,
  createProcessCounter,
  createPromiseNews,
  createReadReplica,
  createRevisionWatch,
  createSkippedTemplatesReport,
  createTemplateCatalog,
  createTemplateStore,
  createTermsStore,
  createUsageCounter,
} from '@mood/db';
import type { Database } from '@mood/db';
import { cacheMoods, createMoodCache } from '@mood/cache';
import { flagsKeptElsewhere, intakeOutcomes, templateTypes } from '@mood/domain';
import { openConfiguredFlags } from '@mood/flags';
import { createMoodMetrics, createRenderMetrics, createReplyMetrics } from '@mood/metrics';
import { createRedisWatch } from '@mood/redis';
import { createContentPolicy, createRefusedValuesMetric } from '@mood/moderation';
import {
  createAdmission,
  createDependencyMetrics,
  createLogger,
  createMetricsRegistry,
  createOpsServer,
  createProbe,
  createServiceGroup,
  exitOnBadSettings,
  exitOnLateSettingsError,
  exitOnSettingsError,
  livez,
  notConfigured,
  readCommandLine,
  runProcess,
} from '@mood/runtime';
import { createApp } from './app.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { countFailedSignIns } from './auth/failed-sign-ins.ts';
import type { ReadStores } from './http/read-sources.ts';
import { createRefusalLimits } from './http/refused-writes.ts';
import { createMemoryLimit } from './http/request-limit.ts';
import { createHttpServer } from './http/server.ts';
import { readTlsFiles } from './http/tls-files.ts';
import { createLiveMoods } from './live/live-moods.ts';
import { createCacheMetrics } from './ops/cache-metrics.ts';
import { createDatabaseProbe } from './ops/database-probe.ts';
import { createBoardQueues } from './ops/board/board-queues.ts';
import { createHealth, createHealthPages } from './ops/health.ts';
import { measureReplica } from './ops/replica-metrics.ts';
import { tellRelays } from './ops/tell-relays.ts';
import { createApiMetrics } from './ops/metrics.ts';
import { createRefusalPages } from './panel/no-such-page.ts';
import { connectPlatformServices } from './platform-services.ts';
import { apiHelp, apiSettings } from './settings.ts';

/** How long each part of the process may take to stop, besides SHUTDOWN_DELAY_MS. */
const stopTimeoutMs = 10_000;

/** Where `npm run panel:build` puts it. */
const builtPanel = path.resolve(import.meta.dirname, '../../panel/dist');

readCommandLine(apiHelp, {});
const settings = exitOnBadSettings(apiSettings);
const tls = exitOnSettingsError(() => readTlsFiles(settings));
const logger = createLogger({ name: 'api', level: settings.logLevel });
if (settings.mode === 'production' && new URL(settings.authServiceUrl).protocol === 'http:') {
  logger.warn({ setting: 'AUTH_SERVICE_URL' }, 'the auth service is asked over http: tokens and keys travel in clear. Use https');
}
const registry = createMetricsRegistry();
const dependencyMetrics = createDependencyMetrics(registry);
const database = connectDatabase({ ...settings, applicationName: 'mood-api', onFailure: dependencyMetrics.countDatabaseError, logger });
// Whether a mood has ended is judged by the database's clock, so that processes agree although the clocks of their hosts differ.
const databaseClock = createDatabaseClock(database, { logger });
const vault = createAuditVault(database, settings.auditMasterKeys);
const platform = connectPlatformServices({ settings, dependencyMetrics, logger });
const revisions = createRevisionWatch(database, { logger });
const templates = createTemplateCatalog(database, { logger, revisions });
const { flagsProvider } = settings;
const {
  flags,
  rules,
  services: flagServices,
} = await exitOnLateSettingsError(() =>
  openConfiguredFlags({ flagsProvider, openRules: () => createFlagCatalog(database, { logger, revisions }), logger }),
);
const usage = createUsageCounter(database, { logger });
const { redisUrl, databaseUrl, queuePrefix: prefix, queueSchema: schema, autoReplyShards } = settings;
const boardQueues = createBoardQueues({
  redisUrl,
  databaseUrl,
  prefix,
  schema,
  autoReplyShards,
  applicationName: 'mood-api-board',
  logger,
});
const onMoodChange = createMoodMetrics(registry, ['model', 'admin', 'system']);
const storedMoods = createMoodStore(database, vault, { onEndedFirst: () => onMoodChange('system', 'neutral') });
const clock = () => databaseClock.now();
const processCounter = createProcessCounter(database, {
  tellsRendered: settings.analyticsEvents.includes('message_rendered'),
  logger,
  clock,
});
const cacheMetrics = createCacheMetrics(registry);
const cacheOptions = {
  prefix,
  applicationName: 'mood-api',
  logger,
  store: storedMoods,
  createLease: cacheLeaseFrom(database, { logger, revisions }),
  ...cacheMetrics,
};
const cache = redisUrl === undefined ? undefined : createMoodCache({ redisUrl, ...cacheOptions });
if (cache !== undefined) cacheMetrics.measure(cache);
const promiseNews = createPromiseNews(database);
const moods = tellRelays.ofMoods(
  cache === undefined ? storedMoods : cacheMoods(storedMoods, cache, () => database.isReachable()),
  promiseNews,
);
const live = createLiveMoods({ ...settings, moods, database, flags, clock, registry, logger });
const meanwhile = 'the API goes on trying, and reads moods from PostgreSQL until it answers';
const redisWatch = redisUrl === undefined ? [] : [createRedisWatch({ redisUrl, applicationName: 'mood-api', meanwhile, logger })];
const databaseService = createDatabaseService(database, { masterKeys: settings.auditMasterKeys, logger });
const admission = createAdmission(settings.shutdownDelayMs);
const health = createHealth({
  database: createDatabaseProbe(database, databaseService),
  cache: cache === undefined ? notConfigured : createProbe(() => cache.check()),
  services: platform.probes,
  admission,
  clock: () => new Date(),
});
const onPrimary = storesOn(database);
const replica = openReplica();
measureReplica(registry, replica?.service);
const app = createApp({
  moods: live.moods,
  moodStreams: live.streams,
  moodOverview: createMoodOverview(database),
  recentMoods: createRecentMoods(database, vault),
  registry: createPerformerRegistry(database),
  performers: platform.performers,
  users: platform.users,
  templates,
  templateStore: createTemplateStore(database),
  experiments: createExperimentStore(database),
  usage,
  terms: createTermsStore(database),
  autoReplies: tellRelays.ofReplies(createAutoReplyStore(database), promiseNews),
  replyLog: createReplyLog(database),
  auditLog: createAuditLog(database, vault),
  analytics: onPrimary.analytics,
  reads: {
    primary: onPrimary,
    ...(replica !== undefined && { replica }),
  },
  processCounter,
  feedback: createFeedbackStore(database),
  flags,
  flagStore: rules === undefined ? flagsKeptElsewhere : createFlagStore(database),
  refreshFlags: async () => rules?.refresh(),
  alerts: createAlertStore(database),
  boardQueues,
  contentPolicy: createContentPolicy(settings),
  refusedValues: createRefusedValuesMetric(registry),
  skippedTemplates: createSkippedTemplatesReport(registry, logger),
  authenticator: createAuthenticator(platform.auth, { issuer: settings.authIssuer, audience: settings.authAudience }),
  limits: {
    perAddress: createMemoryLimit(settings.requestsPerMinutePerIp),
    anonymous: createMemoryLimit(settings.anonymousRequestsPerMinutePerIp),
    perPrincipal: createMemoryLimit(settings.requestsPerMinutePerPrincipal),
    refusedWrites: createRefusalLimits(settings.refusedWritesPerMinute),
    failedSignIns: countFailedSignIns(createMemoryLimit(settings.failedAuthenticationsPerMinute)),
  },
  trustedProxies: settings.trustedProxies,
  allowedOrigins: settings.allowedOrigins,
  signIn: platform.signIn,
  sessionKeys: settings.sessionKeys,
  revokeToken: (token) => platform.auth.revoke(token),
  panelDir: settings.panelDir ?? builtPanel,
  publicUrl: settings.publicUrl,
  overTls: tls !== undefined,
  metrics: createApiMetrics(registry),
  onMoodChange,
  onReplyOutcome: createReplyMetrics(registry, intakeOutcomes),
  onRender: createRenderMetrics(registry, templateTypes, ['rendered', 'failed', 'no_template']),
  health,
  databaseIsReachable: () => database.isReachable(),
  autoReplyRules: settings,
  clock,
  // In embedded mode the launcher runs a sandbox, which issues the tokens.
  tokenSource: settings.mode === 'embedded' ? { kind: 'sandbox', url: settings.authServiceUrl } : { kind: 'auth service' },
  logger,
});

/** What may be read from a replica as well. @param replicaAsOf until when that has everything. */
function storesOn(source: Database, replicaAsOf?: () => Date | undefined): ReadStores {
  return {
    moodHistory: createMoodHistory(source, vault),
    auditLog: createAuditLog(source, vault),
    analytics: createAnalyticsReader(source, replicaAsOf),
  };
}

/** A replica of the database, if there is one, with what is read from it. */
function openReplica() {
  const { databaseReadUrl, readLagSeconds } = settings;
  if (databaseReadUrl === undefined) return undefined;
  const options = { ...settings, databaseUrl: databaseReadUrl, applicationName: 'mood-api-reads', logger };
  const service = createReadReplica(database, connectDatabase(options), { maxLagMs: readLagSeconds * 1_000, clock, logger });
  const asOf = () => service.asOf();
  return { service, stores: storesOn(service.database, asOf), asOf, maxLagSeconds: readLagSeconds };
}

const refusalPages = await createRefusalPages();
const server = createHttpServer(app, { port: settings.port, host: settings.host, logger, tls, refusalPages });
const { metricsPort, host } = settings;
const pages = { '/livez': livez, ...createHealthPages(health) };
const opsServer = metricsPort === undefined ? [] : [createOpsServer({ port: metricsPort, host, registry, pages, logger })];
// Stopped in reverse order: first `/readyz` says 503, and load balancers get the time to notice.
const group = createServiceGroup(
  [
    databaseService,
    databaseClock,
    ...(replica === undefined ? [] : [replica.service]),
    ...redisWatch,
    ...(cache === undefined ? [] : [cache]),
    revisions,
    ...flagServices,
    usage,
    processCounter,
    boardQueues,
    ...opsServer,
    live.news,
    server,
    live.streams,
    admission,
  ],
  logger,
  stopTimeoutMs + settings.shutdownDelayMs,
);
await runProcess(group, logger, { isReady: () => health.isReady() });
