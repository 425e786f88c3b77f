import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { BoardHooks } from '@bull-board/api/typings/app';
import { HonoAdapter } from '@bull-board/hono';
import type { ServeStaticOptions } from '@hono/node-server/serve-static';
import { DependencyUnavailable } from '@mood/domain';
import type { JobQueue } from '@mood/queue';
import { isConnectionTrouble } from '@mood/redis';
import type { Logger } from '@mood/runtime';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import type { AuthEnv } from '../../auth/guards.ts';
import { createMethodFinder } from '../../http/allowed-methods.ts';
import { createNotFoundHandler } from '../../http/errors.ts';
import { serveConstant } from '../../http/fast/constant.ts';
import type { BoardQueues } from './board-queues.ts';
import { isAllowed, shownData, withoutSecrets } from './board-policy.ts';

const uiConfig = {
  boardTitle: 'Queues',
  hideDocsLink: true,
  // Shows neither the host of Redis nor the addresses of workers.
  hideRedisDetails: true,
  showWorkers: false,
  // BullMQ's own metrics are not collected: /metrics has more.
  showMetrics: false,
  miscLinks: [
    { text: 'Panel', url: '/panel/' },
    { text: 'Sign out', url: '/panel/sign-out' },
  ],
  locale: { lng: 'en-US' },
};

/** What goes through Bull Board in place of an answer. */
const storeIsAway = 'store is away';

const refusal = 'This is switched off. Jobs can be looked at, retried, promoted and removed, and queues paused.';

/** Bull Board at `basePath`. The queues are opened when it first asks for them. */
export function createBullBoardApp(basePath: string, queues: BoardQueues, logger: Logger): Hono<AuthEnv> {
  const serverAdapter = new HonoAdapter(serveFolder);
  serverAdapter.setBasePath(basePath);
  const board = createBullBoard({ queues: [], serverAdapter, options: { uiConfig, handlerHooks: createHooks(logger) } });
  serverAdapter.setErrorHandler((error) => {
    // The store answered when it was last asked, up to a second ago. BullMQ says the same of either store.
    if (isConnectionTrouble(error)) return { status: 500, body: storeIsAway };
    logger.error({ err: error }, 'board action failed');
    return { status: 500, body: { error: { key: 'ERRORS.INTERNAL_SERVER_ERROR' } } };
  });
  let shown: readonly JobQueue[] | undefined;
  const app = new Hono<AuthEnv>();
  app.use('/api/*', async (c, next) => {
    const opened = await queues.open();
    if (shown !== opened) board.replaceQueues(opened.map(adapt));
    shown = opened;
    await next();
    // Bull Board knows no 503, and what is thrown within it ends as plain text.
    if (c.res.status === 500 && (await c.res.clone().text()) === storeIsAway) throw new DependencyUnavailable('job queue');
  });
  app.route('/', serverAdapter.registerPlugin());
  const pages = new Hono<AuthEnv>().route(basePath, app);
  // Bull Board's own links lead to the path with a slash at its end.
  pages.get(`${basePath}/`, (c) => c.redirect(basePath, 302));
  pages.notFound(createNotFoundHandler(createMethodFinder(pages.routes)));
  // Errors are answered by the app that contains this one.
  pages.onError((error) => {
    throw error;
  });
  return pages;
}

function adapt(queue: JobQueue): BullMQAdapter {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types know no store but Redis; it works on both
  const adapter = new BullMQAdapter(queue as ConstructorParameters<typeof BullMQAdapter>[0]);
  adapter.setFormatter('data', shownData);
  return adapter;
}

/** Refuses actions that are not allowed, and logs every change; the log context has the administrator's id. */
function createHooks(logger: Logger): BoardHooks {
  return {
    before({ method, route, request: { params } }) {
      if (isAllowed(method, route, params['queueStatus'])) return { allow: true };
      logger.warn({ action: `${method} ${route}`, ...params }, 'board action refused');
      return {
        allow: false,
        status: 403,
        message: refusal,
      };
    },
    after({ method, route, request: { params } }, result) {
      if (method !== 'get') logger.info({ action: `${method} ${route}`, ...params, status: result.status ?? 200 }, 'board action');
      return { ...result, body: withoutSecrets(result.body) };
    },
  };
}

/**
 * Serves the files of a folder, as it is at the start. Each is read on its first request and then kept in memory; other paths are left to
 * the next handler.
 */
function serveFolder({ root = '.', rewriteRequestPath: inFolder = (asked) => asked }: ServeStaticOptions = {}): MiddlewareHandler {
  const files = new Map<string, (c: Context) => Promise<Response>>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const place = `/${path.relative(root, file).split(path.sep).join('/')}`;
    const type = getMimeType(file) ?? 'application/octet-stream';
    files.set(
      place,
      serveConstant(async () => ({ body: new Uint8Array(await readFile(file)), type })),
    );
  }
  return async (c, next) => {
    const serve = files.get(inFolder(c.req.path, c));
    return serve === undefined ? next() : serve(c);
  };
}
