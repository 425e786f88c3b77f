import type { AutoReplyStore, ContentPolicy, MoodStore, PerformerDirectory, PerformerRegistry, TermsStore } from '@mood/domain';
import type { Logger } from '@mood/runtime';
import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import type { Authenticator } from './auth/authenticator.ts';
import { createGuards } from './auth/guards.ts';
import type { AuthEnv } from './auth/guards.ts';
import { createAutoReplyRoutes } from './auto-replies/auto-replies.routes.ts';
import { createDocsRoutes } from './docs/docs.routes.ts';
import { openApiInfo } from './docs/openapi-info.ts';
import { createErrorHandler } from './http/errors.ts';
import { refuseInvalid } from './http/validation.ts';
import { createMoodRoutes } from './moods/moods.routes.ts';
import { createTermsRoutes } from './terms/terms.routes.ts';

/** Everything the API needs, as ports. The composition root gives the real ones. */
export interface AppDependencies {
  moods: MoodStore;
  registry: PerformerRegistry;
  performers: PerformerDirectory;
  terms: TermsStore;
  autoReplies: AutoReplyStore;
  contentPolicy: ContentPolicy;
  authenticator: Authenticator;
  cooldownSeconds: number;
  clock: () => Date;
  logger: Logger;
}

/** The HTTP application. Static paths come before those with a parameter. */
export function createApp(deps: AppDependencies): OpenAPIHono<AuthEnv> {
  const allow = createGuards(deps.authenticator);
  const app = new OpenAPIHono<AuthEnv>({ defaultHook: refuseInvalid });
  app.use(requestId());
  app.use(secureHeaders());
  app.route('/api/v1', createTermsRoutes(deps, allow));
  app.route('/api/v1', createAutoReplyRoutes(deps, allow));
  app.route('/api/v1', createMoodRoutes(deps, allow));
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  app.doc31('/openapi.json', openApiInfo);
  app.route('/', createDocsRoutes());
  app.notFound((c) => c.json({ error: 'INVALID_REQUEST', message: `There is no ${c.req.method} ${c.req.path}. See /docs.` }, 404));
  app.onError(createErrorHandler(deps.logger));
  return app;
}
