import { DependencyUnavailable } from '@mood/domain';
import type { Logger } from '@mood/runtime';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import type { Authenticator } from '../../auth/authenticator.ts';
import { NotAuthenticated } from '../../auth/errors.ts';
import { createGuards, withToken } from '../../auth/guards.ts';
import type { AuthEnv } from '../../auth/guards.ts';
import { serveConstant } from '../../http/fast/constant.ts';
import type { createErrorHandler } from '../../http/errors.ts';
import { readBody } from '../../http/fast/json-body.ts';
import type { RequestLimits } from '../../http/request-limits.ts';
import { onlyAdministrators, requireSameOrigin } from './access.ts';
import { endSession, keepSession, readSession } from './session-cookie.ts';
import { signInPage, signInPolicy, signInStyle, signOutPage } from './sign-in-page.ts';

export interface SignInDependencies {
  authenticator: Authenticator;
  limits: RequestLimits;
  overTls: boolean;
  logger: Logger;
}

const notRevoked =
  'You are signed out of this browser. The platform could not be told: if somebody else may have the token, end its session there.';

const refusal = z.object({ message: z.string() });

/** The token that was pasted into the form, with or without the word "Bearer" in front. */
async function pastedToken(c: Context): Promise<string | undefined> {
  const { token } = await c.req.parseBody();
  const pasted = typeof token === 'string' ? token.trim().replace(/^Bearer +/i, '') : '';
  return pasted === '' ? undefined : pasted;
}

/** The message that the form shows. Messages for API clients speak of headers, which no user of a form sets. */
function wordsFor(error: Error, message: string): string {
  const noToken = error instanceof NotAuthenticated && (error.reason === 'missing' || error.reason === 'malformed');
  return noToken ? 'This is not an access token. Paste the whole of one, as the platform issues it.' : message;
}

const withSignInPolicy = createMiddleware(async (c, next) => {
  await next();
  c.header('Content-Security-Policy', signInPolicy);
  // Without this header browsers would send the form with "Origin: null".
  c.header('Referrer-Policy', 'same-origin');
});

const servePage = (content: unknown) =>
  serveConstant(async () => ({ body: String(await content), type: 'text/html; charset=UTF-8', cacheControl: 'no-store' }));

/**
 * `/ops/login` and `/ops/logout`: exchanges an administrator's token for a cookie, and ends the session. The token is checked by the same
 * guard as on every other route.
 */
export function createSignInRoutes(deps: SignInDependencies, answerError: ReturnType<typeof createErrorHandler>): Hono<AuthEnv> {
  const allow = createGuards(deps.authenticator, deps.limits, async (c) => {
    const token = await pastedToken(c);
    return token && `Bearer ${token}`;
  });
  const app = new Hono<AuthEnv>();
  for (const path of ['/login', '/logout', '/sign-in.css']) app.use(path, withSignInPolicy);
  app.get(
    '/sign-in.css',
    serveConstant(() => ({ body: signInStyle, type: 'text/css; charset=utf-8', cacheControl: 'no-store' })),
  );
  app.get('/login', servePage(signInPage()));
  app.post('/login', requireSameOrigin, readBody, allow({ ...onlyAdministrators, intent: 'write' }), async (c) => {
    keepSession(c, (await pastedToken(c)) ?? '', deps.overTls);
    deps.logger.info({ adminId: c.get('principal').subject }, 'signed in to the queue board');
    return c.redirect('/ops/queues', 303);
  });
  app.get('/logout', servePage(signOutPage()));
  app.post('/logout', requireSameOrigin, async (c) => {
    endSession(c);
    try {
      const shown = { credentials: readSession(c, deps.overTls), address: c.get('client').limitKey };
      const ended = await withToken(deps.limits.failedSignIns, shown, (token) => deps.authenticator.end(token));
      deps.logger.info({ adminId: ended.subject }, 'signed out of the queue board');
    } catch (error) {
      if (error instanceof DependencyUnavailable) {
        deps.logger.warn({ err: error }, 'signed out of the queue board, but the platform could not be told');
        return c.html(signInPage(notRevoked), 503, { 'Retry-After': '2' });
      }
      // The session had ended before.
      if (!(error instanceof NotAuthenticated)) throw error;
    }
    return c.redirect('/ops/login', 303);
  });
  app.onError(async (error, c) => {
    const refused = answerError(error, c);
    const { message } = refusal.parse(await refused.json());
    const headers = new Headers(refused.headers);
    headers.set('Content-Type', 'text/html; charset=UTF-8');
    return new Response(String(await signInPage(wordsFor(error, message))), { status: refused.status, headers });
  });
  return app;
}
