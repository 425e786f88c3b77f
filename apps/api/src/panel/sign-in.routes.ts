import { DependencyUnavailable, DomainError } from '@mood/domain';
import { SignInRefused } from '@mood/platform';
import type { SignIn } from '@mood/platform';
import type { KeyList, Logger } from '@mood/runtime';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { Authenticator } from '../auth/authenticator.ts';
import { NotAuthenticated } from '../auth/errors.ts';
import type { AuthEnv } from '../auth/guards.ts';
import type { Principal } from '../auth/principal.ts';
import { serveConstant } from '../http/fast/constant.ts';
import { takesPages } from '../http/takes-pages.ts';
import { noticePage, noticePolicy, noticeStyle } from './notice-page.ts';
import type { Notice } from './notice-page.ts';
import { returnPath } from './return-path.ts';
import type { RefuseOtherSites } from './same-origin.ts';
import { createSealedCookie } from './sealed-cookie.ts';
import type { Sessions } from './sessions.ts';

export interface SignInDependencies {
  signIn: SignIn;
  sessionKeys: KeyList;
  sessions: Sessions;
  authenticator: Authenticator;
  /** Ends a token at the platform (RFC 7009). */
  revokeToken: (token: string) => Promise<void>;
  isOverTls: (c: Context) => boolean;
  refuseOtherSites: RefuseOtherSites;
  /** Where browsers find the API; what they ask for when absent. */
  publicUrl: string | undefined;
  logger: Logger;
}

/** What is kept of a sign-in while the browser is at the platform. */
const attemptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });
/** How long somebody may take to sign in there. */
const attemptMs = 10 * 60_000;

const again = { label: 'Sign in', href: '/panel/sign-in' };
const notAvailable: Notice = {
  title: 'Sign-in is not available now',
  words: 'The platform, which signs you in, does not answer. Nothing is lost: try again in a moment.',
  way: { label: 'Try again', href: '/panel/sign-in' },
};
const runOut: Notice = {
  title: 'This sign-in has run out',
  words: 'It took more than ten minutes, was used before, or was begun again in another tab.',
  way: again,
};
const forOthers: Notice = {
  title: 'This is for models and administrators',
  words: 'You signed in as somebody who has no moods to set and none to oversee. Sign in as somebody else, or close this page.',
  way: again,
};
const notRevoked: Notice = {
  title: 'You are signed out of this browser',
  words: 'The platform could not be told. If somebody else may have used this browser, end the session there.',
  way: again,
};
const signOut: Notice = {
  title: 'Sign out',
  words: 'This ends your session in the panel and on the queue board, in every tab.',
  way: { label: 'Sign out', postTo: '/panel/sign-out' },
};

const mayHaveSession = ({ role }: Principal) => role === 'model' || role === 'admin';

/** For the log: administrators are named, as for all that they do; models are not. */
const whoOf = ({ role, subject }: Principal) => ({ role, ...(role === 'admin' && { adminId: subject }) });

async function show(c: Context, status: ContentfulStatusCode, notice: Notice, headers: Record<string, string> = {}): Promise<Response> {
  return c.html(noticePage(notice), status, { 'Content-Security-Policy': noticePolicy, ...headers });
}

/** `/panel/sign-in` leads to the platform and back, and `/panel/sign-out` ends what came of it. */
export function createSignInRoutes(deps: SignInDependencies): Hono<AuthEnv> {
  const { signIn, sessions, authenticator, logger, isOverTls } = deps;
  const attempts = createSealedCookie({ name: 'mood_sign_in', keys: deps.sessionKeys, schema: attemptSchema }, isOverTls);

  const callbackUrl = (c: Context): string => {
    const asked = new URL(c.req.url);
    const origin = deps.publicUrl ?? `${isOverTls(c) ? 'https:' : 'http:'}//${asked.host}`;
    return `${origin}/panel/sign-in/callback`;
  };

  /** @returns what the browser is shown in place of the panel. */
  function refusalFor(error: unknown, c: Context): Promise<Response> {
    if (error instanceof DependencyUnavailable) {
      logger.warn({ err: error }, 'nobody can sign in: the platform does not answer');
      return show(c, 503, notAvailable, { 'Retry-After': '2' });
    }
    const isRefusal = error instanceof SignInRefused || error instanceof NotAuthenticated || error instanceof DomainError;
    if (!isRefusal) throw error;
    const detail = error instanceof NotAuthenticated ? error.detail : undefined;
    logger.warn({ problem: error.message, detail }, 'a sign-in was refused');
    return show(c, 400, { title: 'You could not be signed in', words: error.message, way: again });
  }

  const app = new Hono<AuthEnv>();
  app.get(
    '/notice.css',
    serveConstant(() => ({ body: noticeStyle, type: 'text/css; charset=utf-8' })),
  );

  app.get('/sign-in', async (c) => {
    try {
      const { url, secrets } = await signIn.begin(callbackUrl(c));
      await attempts.write(c, { ...secrets, to: returnPath(c.req.query('to')) }, new Date(Date.now() + attemptMs));
      return c.redirect(url, 302);
    } catch (error) {
      return refusalFor(error, c);
    }
  });

  app.get('/sign-in/callback', async (c) => {
    const attempt = await attempts.read(c);
    attempts.remove(c);
    if (attempt === undefined) return show(c, 400, runOut);
    const { to, ...secrets } = attempt;
    try {
      const tokens = await signIn.finish(new URL(`${callbackUrl(c)}${new URL(c.req.url).search}`), secrets);
      const principal = await authenticator.authenticate(tokens.accessToken, 'write');
      if (tokens.subject?.toLowerCase() !== principal.subject)
        throw new SignInRefused('The platform’s tokens are of two different people.');
      if (!mayHaveSession(principal)) {
        await deps
          .revokeToken(tokens.refreshToken ?? tokens.accessToken)
          .catch((error: unknown) => logger.warn({ err: error }, 'a session that is not used could not be ended'));
        return await show(c, 403, forOthers);
      }
      await sessions.start(c, tokens);
      logger.info(whoOf(principal), 'signed in');
      return c.redirect(to, 303);
    } catch (error) {
      return refusalFor(error, c);
    }
  });

  app.get('/sign-out', (c) => show(c, 200, signOut));
  app.post('/sign-out', async (c) => {
    deps.refuseOtherSites(c);
    // A form shows what is answered; a script of the panel does not.
    const isPage = takesPages(c.req.header('accept'));
    try {
      await sessions.end(c);
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      logger.warn({ err: error }, 'signed out, but the platform could not be told');
      if (isPage) return show(c, 503, notRevoked, { 'Retry-After': '2' });
      throw error;
    }
    return isPage ? c.redirect('/panel/', 303) : c.body(null, 204);
  });
  return app;
}
