import { withLogContext } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { NotAuthenticated } from '../../auth/errors.ts';
import { createGuards } from '../../auth/guards.ts';
import type { AuthEnv } from '../../auth/guards.ts';
import { setEarly } from '../../http/fast/early-headers.ts';
import { createErrorHandler } from '../../http/errors.ts';
import { readBody } from '../../http/fast/json-body.ts';
import { isReading, onlyAdministrators, queueOperators, requireSameOrigin } from './access.ts';
import type { BoardQueues } from './board-queues.ts';
import { boardPolicy, withOwnFilesOnly } from './board-page.ts';
import { checkBoardQuery } from './board-policy.ts';
import type { Authenticator } from '../../auth/authenticator.ts';
import type { RequestLimits } from '../../http/request-limits.ts';
import { takesPages } from '../../http/takes-pages.ts';
import { noticePage, noticePolicy } from '../../panel/notice-page.ts';
import type { Sessions } from '../../panel/sessions.ts';

export interface BoardDependencies {
  authenticator: Authenticator;
  limits: RequestLimits;
  sessions: Sessions;
  boardQueues: BoardQueues;
  logger: Logger;
}

const boardPath = '/ops/queues';
const refusalSchema = z.object({ message: z.string() });
const boardMethods = ['GET', 'POST', 'PUT', 'PATCH'] as const;

/** Bull Board is loaded, and takes its memory, only when the board is first opened. */
async function loadBullBoard(deps: BoardDependencies): Promise<Hono<AuthEnv>> {
  const { createBullBoardApp } = await import('./bull-board.ts');
  return createBullBoardApp(boardPath, deps.boardQueues, deps.logger);
}

/** The request for the inner app: its body was already read and checked here, so it is copied. */
async function toPass(c: Context): Promise<Request> {
  const { url, method, headers } = c.req.raw;
  return isReading(method) ? c.req.raw : new Request(url, { method, headers, body: await c.req.text() });
}

/** The queue board for administrators. It consists of pages, so it is not in the OpenAPI document. */
export function createBoardRoutes(deps: BoardDependencies): Hono<AuthEnv> {
  const answerError = createErrorHandler(deps.logger);
  const allow = createGuards(deps.authenticator, deps.limits, (c) => c.req.header('authorization') ?? deps.sessions.credentials(c));
  const mayRead = allow({ ...onlyAdministrators, intent: 'read' });
  const mayChange = allow({ ...queueOperators, intent: 'write' });

  const app = new Hono<AuthEnv>();
  const board = new Hono<AuthEnv>();
  board.use((c, next) => {
    setEarly(c, [['Content-Security-Policy', boardPolicy]]);
    return next();
  });
  board.use((c, next) => (isReading(c.req.method) ? mayRead(c, next) : mayChange(c, next)));
  board.use(requireSameOrigin, nameAdministrator, withOwnFilesOnly);
  board.use('/api/*', (c, next) => {
    checkBoardQuery(c.req.queries());
    return next();
  });
  board.use((c, next) => (isReading(c.req.method) ? next() : readBody(c, next)));
  let loading: Promise<Hono<AuthEnv>> | undefined;
  board.on([...boardMethods], '/*', async (c) => {
    loading ??= loadBullBoard(deps);
    // A failed load is forgotten, so that the next request loads the board again.
    loading.catch(() => (loading = undefined));
    const pages = await loading;
    return pages.fetch(await toPass(c), c.env);
  });
  board.onError((error, c) => {
    const refused = answerError(error, c);
    const isPage = isReading(c.req.method) && !c.req.path.startsWith(`${boardPath}/api/`);
    if (!isPage) return refused;
    if (error instanceof NotAuthenticated) return c.redirect(`/panel/sign-in?to=${encodeURIComponent(c.req.path)}`, 302);
    return takesPages(c.req.header('accept')) ? inWords(refused) : refused;
  });
  app.route(boardPath, board);
  return app;
}

const titles: Readonly<Record<number, string>> = {
  403: 'The queue board is not for this account',
  429: 'That was too much at once',
  503: 'The queue board is not available now',
};

/** A refusal as a page: whoever follows a link reads words, and finds a way on. */
async function inWords(refused: Response): Promise<Response> {
  const { message } = refusalSchema.parse(await refused.json());
  const title = titles[refused.status] ?? 'The queue board cannot be shown';
  const page = noticePage({ title, words: message, way: { label: 'To the panel', href: '/panel/' } });
  const headers = new Headers(refused.headers);
  headers.set('Content-Type', 'text/html; charset=utf-8');
  headers.set('Content-Security-Policy', noticePolicy);
  return new Response(String(await page), { status: refused.status, headers });
}

/** Adds the administrator's id to every log line of the request. */
const nameAdministrator = createMiddleware<AuthEnv>((c, next) => withLogContext({ adminId: c.get('principal').subject }, next));
