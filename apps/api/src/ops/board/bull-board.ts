import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { BoardHooks } from '@bull-board/api/typings/app';
import { HonoAdapter } from '@bull-board/hono';
import { DependencyUnavailable } from '@mood/domain';
import type { JobQueue } from '@mood/queue';
import { isConnectionTrouble } from '@mood/redis';
import type { Logger } from '@mood/runtime';
import { Hono } from 'hono';
import type { AuthEnv } from '../../auth/guards.ts';
import { createMethodFinder } from '../../http/allowed-methods.ts';
import { createNotFoundHandler } from '../../http/errors.ts';
import { isAllowed } from './allowed-actions.ts';
import { serveFolder } from './serve-folder.ts';
import type { BoardQueues } from './board-queues.ts';
import { shownData, withoutSecrets } from './shown-jobs.ts';

const uiConfig = {
  boardTitle: 'Queues',
  hideDocsLink: true,
  // Neither the host of Redis nor the addresses of workers.
  hideRedisDetails: true,
  showWorkers: false,
  // Nobody collects BullMQ's own: /metrics has more.
  showMetrics: false,
  miscLinks: [{ text: 'Sign out', url: '/ops/logout' }],
  locale: { lng: 'en-US' },
};

/** What goes through Bull Board in place of an answer. */
const storeIsAway = 'store is away';

const refusal = 'This is switched off. Jobs can be looked at, retried, promoted and removed, and queues paused.';

/** Bull Board at `basePath`, over queues that are opened when it is first asked about them. */
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
  // Where the board's own links lead.
  pages.get(`${basePath}/`, (c) => c.redirect(basePath, 302));
  pages.notFound(createNotFoundHandler(createMethodFinder(pages.routes)));
  // Whoever passes requests on answers errors.
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

/** Refuses what is not allowed, and writes down every change: the log context names the administrator. */
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
