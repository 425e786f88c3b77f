import {
  connectDatabase,
  createAuditLog,
  createAuditVault,
  createAutoReplyStore,
  createDatabaseService,
  createMoodStore,
  createPerformerRegistry,
  createTemplateCatalog,
  createTemplateStore,
  createTermsStore,
  createUsageCounter,
} from '@mood/db';
import { createContentPolicy } from '@mood/moderation';
import { createAuthService, createPerformerDirectory } from '@mood/platform';
import { createLogger, createServiceGroup, exitOnBadSettings, exitOnSettingsError, runProcess } from '@mood/runtime';
import { createApp } from './app.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createMemoryLimit } from './http/request-limit.ts';
import { createHttpServer } from './http/server.ts';
import { readTlsFiles } from './http/tls-files.ts';
import { createApiMetrics } from './ops/metrics.ts';
import { createOpsApp } from './ops/ops-app.ts';
import { apiSettings } from './settings.ts';

const settings = exitOnBadSettings(apiSettings);
const tls = exitOnSettingsError(() => readTlsFiles(settings));
const logger = createLogger({ name: 'api', level: settings.logLevel });
const database = connectDatabase({ ...settings, applicationName: 'mood-api', logger });
const vault = createAuditVault(database, settings.auditMasterKeys);
const authService = createAuthService({
  baseUrl: settings.authServiceUrl,
  timeoutMs: settings.serviceTimeoutMs,
  clientId: settings.authClientId,
  clientSecret: settings.authClientSecret,
});

const templates = createTemplateCatalog(database, { logger });
const usage = createUsageCounter(database, { logger });
const metrics = createApiMetrics();
const app = createApp({
  moods: createMoodStore(database, vault),
  registry: createPerformerRegistry(database),
  performers: createPerformerDirectory({
    baseUrl: settings.performerServiceUrl,
    timeoutMs: settings.serviceTimeoutMs,
    authorization: settings.serviceToken && `Bearer ${settings.serviceToken}`,
  }),
  templates,
  templateStore: createTemplateStore(database),
  usage,
  terms: createTermsStore(database),
  autoReplies: createAutoReplyStore(database),
  auditLog: createAuditLog(database, vault),
  contentPolicy: createContentPolicy(settings),
  authenticator: createAuthenticator(authService, { issuer: settings.authIssuer, audience: settings.authAudience }),
  limits: {
    perAddress: createMemoryLimit(settings.requestsPerMinutePerIp),
    perPrincipal: createMemoryLimit(settings.requestsPerMinutePerPrincipal),
    failedAuthentications: createMemoryLimit(settings.failedAuthenticationsPerMinute),
  },
  trustedProxies: settings.trustedProxies,
  overTls: tls !== undefined,
  metrics,
  cooldownSeconds: settings.cooldownSeconds,
  clock: () => new Date(),
  logger,
});

const server = createHttpServer(app, { port: settings.port, host: settings.host, logger, tls });
const { metricsPort, host } = settings;
const opsServer = metricsPort === undefined ? [] : [createHttpServer(createOpsApp(metrics.registry), { port: metricsPort, host, logger })];
await runProcess(createServiceGroup([createDatabaseService(database, logger), templates, usage, ...opsServer, server], logger), logger);
