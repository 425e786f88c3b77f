import { OpenAPIHono } from '@hono/zod-openapi';
import { createAlertRoutes } from './admin/alerts.routes.ts';
import { createAuditRoutes } from './admin/audit.routes.ts';
import { createModelListRoutes } from './admin/models.routes.ts';
import { createOverrideRoutes } from './admin/overrides.routes.ts';
import { createTemplateAdminRoutes } from './admin/templates.routes.ts';
import { countRefusals } from './analytics/count-refusals.ts';
import { createAnalyticsRoutes } from './analytics/analytics.routes.ts';
import { createExperimentRoutes } from './analytics/experiments.routes.ts';
import { createInsightsRoutes } from './analytics/insights.routes.ts';
import type { AppDependencies } from './app-dependencies.ts';
import { createGuards } from './auth/guards.ts';
import type { AuthEnv } from './auth/guards.ts';
import { createAutoReplyRoutes } from './auto-replies/auto-replies.routes.ts';
import { createDocsRoutes } from './docs/docs.routes.ts';
import { openApiInfo } from './docs/openapi-info.ts';
import { createFeedbackRoutes } from './feedback/feedback.routes.ts';
import { createFlagRoutes } from './flags/flags.routes.ts';
import { createMethodFinder } from './http/allowed-methods.ts';
import { admitClients, countingAnonymous } from './http/client.ts';
import { shareWithOrigins } from './http/cors.ts';
import { createErrorHandler, createNotFoundHandler } from './http/errors.ts';
import { createExportTurns } from './http/export-turns.ts';
import { frameRequests } from './http/frame.ts';
import { rememberPanelWrites } from './http/read-sources.ts';
import { createRequestLog } from './http/request-log.ts';
import { createRouter } from './http/fast/router.ts';
import { answerHeaders } from './http/security-headers.ts';
import { refuseInvalid } from './http/validation.ts';
import { serveBadge } from './live/badge.ts';
import { createLiveMoodRoutes } from './live/live-moods.routes.ts';
import { createMoodRoutes } from './moods/moods.routes.ts';
import { createOwnMoodRoutes } from './moods/own-mood.routes.ts';
import { createBoardRoutes } from './ops/board/board.routes.ts';
import { tellTls } from './panel/over-tls.ts';
import { anyPage, createPanelRoutes } from './panel/panel.routes.ts';
import { cameByPanel, routedPath } from './panel/routed-path.ts';
import { createSameOriginRule } from './panel/same-origin.ts';
import { createSessions } from './panel/sessions.ts';
import { createHealthRoutes } from './ops/health.routes.ts';
import { createTemplateRoutes } from './templates/templates.routes.ts';
import { createTermsRoutes } from './terms/terms.routes.ts';

/** The HTTP application. Static paths come before those with a parameter. */
export function createApp(deps: AppDependencies): OpenAPIHono<AuthEnv> {
  const isOverTls = tellTls(deps);
  const sessions = createSessions({ ...deps, isOverTls });
  const refuseOtherSites = createSameOriginRule({ ...deps, isOverTls });
  const allow = createGuards(deps.authenticator, deps.limits, (c) => {
    if (!cameByPanel(c)) return c.req.header('authorization');
    refuseOtherSites(c);
    return sessions.credentials(c);
  });
  const app = new OpenAPIHono<AuthEnv>({ defaultHook: refuseInvalid, router: createRouter(), getPath: routedPath });
  app.use(
    frameRequests({
      headers: answerHeaders(deps.overTls),
      watchers: [createRequestLog(deps.logger), deps.metrics.watch, countRefusals(deps.processCounter)],
    }),
  );
  app.route('/', createHealthRoutes(deps.health));
  const cors = deps.allowedOrigins.length > 0 ? shareWithOrigins(deps.allowedOrigins) : undefined;
  if (cors !== undefined) app.use(cors.headers);
  app.use(admitClients(deps.trustedProxies, deps.limits, async (c) => (await sessions.read(c)) !== undefined));
  if (cors !== undefined) app.use(cors.preflights);
  if (deps.reads.replica !== undefined) app.use(rememberPanelWrites(deps, isOverTls));
  // Of all exports of the process.
  const inTurns = createExportTurns();
  app.route('/api/v1', createTermsRoutes(deps, allow));
  app.route('/api/v1', createAutoReplyRoutes(deps, allow));
  app.route('/api/v1', createTemplateRoutes(deps, allow));
  app.route('/api/v1', createAuditRoutes(deps, allow, inTurns));
  app.route('/api/v1', createAnalyticsRoutes(deps, allow));
  app.route('/api/v1', createExperimentRoutes(deps, allow));
  app.route('/api/v1', createModelListRoutes(deps, allow));
  app.route('/api/v1', createFlagRoutes(deps, allow));
  app.route('/api/v1', createOverrideRoutes(deps, allow));
  app.route('/api/v1', createTemplateAdminRoutes(deps, allow, inTurns));
  app.route('/api/v1', createAlertRoutes(deps, allow));
  app.route('/api/v1', createFeedbackRoutes(deps, allow));
  app.route('/api/v1', createOwnMoodRoutes(deps, allow));
  app.route('/api/v1', createMoodRoutes(deps, allow));
  app.route('/api/v1', createLiveMoodRoutes(deps, allow));
  app.route('/api/v1', createInsightsRoutes(deps, allow));
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  app.route('/', createDocsRoutes({ makeDocument: () => app.getOpenAPI31Document(openApiInfo), tokens: deps.tokenSource }));
  app.get('/badge.js', serveBadge());
  app.route('/', createBoardRoutes({ ...deps, sessions }));
  app.route('/', createPanelRoutes({ ...deps, sessions, isOverTls, refuseOtherSites }, allow));
  app.notFound(
    countingAnonymous(deps.limits, createNotFoundHandler(createMethodFinder(app.routes.filter(({ path }) => path !== anyPage)))),
  );
  app.onError(createErrorHandler(deps.logger, deps.clock));
  return app;
}
