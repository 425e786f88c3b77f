import { expect, test } from '@jest/globals';
import type { Router } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import { createRouter } from './router.ts';

const routes = [
  ['ALL', '/*'],
  ['GET', '/health'],
  ['ALL', '*'],
  ['ALL', '/api/v1/mood/template/render'],
  ['POST', '/api/v1/mood/terms'],
  ['GET', '/api/v1/mood/template'],
  ['POST', '/api/v1/mood/template/render'],
  ['POST', '/api/v1/admin/mood/:modelId/update'],
  ['POST', '/api/v1/admin/mood/template'],
  ['POST', '/api/v1/admin/mood/template/preview'],
  ['GET', '/api/v1/admin/mood/template/:id'],
  ['POST', '/api/v1/admin/mood/template/:id/rollback'],
  ['GET', '/api/v1/moods'],
  ['POST', '/api/v1/mood/update'],
  ['GET', '/api/v1/mood/:modelId/history'],
  ['GET', '/api/v1/mood/:modelId'],
  ['ALL', '/docs/*'],
  ['GET', '/docs'],
  ['GET', '/docs/start.js'],
  ['ALL', '/ops/*'],
  ['GET', '/ops/queues/api/queues/:queueName/:jobId'],
  ['PUT', '/ops/queues/api/queues/:queueName/pause'],
] as const;

/** What runs up to the one that answers, in its order, with its parameters, whichever way the router tells it. */
function found(router: Router<string>, method: string, path: string): unknown {
  const [handlers, values] = router.match(method, path);
  const answering = handlers.findIndex(([handler]) => !handler.includes('ALL'));
  return handlers
    .slice(0, answering === -1 ? handlers.length : answering + 1)
    .map(([handler, parameters]) => [
      handler,
      Object.entries(parameters).map(([name, value]) => [name, typeof value === 'number' ? values?.[value] : value]),
    ]);
}

/** A path without parameters has its own methods alone; the tree would take its last word for a parameter. */
function methodInTree(method: string, path: string): string {
  const own = routes.filter(([of, pattern]) => pattern === path && of !== 'ALL').map(([of]): string => of);
  return own.length === 0 || own.includes(method) ? method : 'ALL';
}

test('routes are found as in the tree of Hono, whether they have parameters or not', () => {
  const [ours, tree] = [createRouter<string>(), new TrieRouter<string>()];
  for (const router of [ours, tree]) {
    for (const [index, [method, path]] of routes.entries()) router.add(method, path, `${index} ${method} ${path}`);
  }
  const paths = [
    ...routes.map(([, path]) => path.replaceAll(/:\w+/g, 'some-id').replace('*', 'any/thing')),
    '/',
    '/nothing',
    '/api/v1/mood',
  ];
  const more = ['/api/v1/mood/some-id/', '/api/v1/mood/some-id/unknown', '/api/v1/admin', '/ops', '/opsy', '/docs/', '/health/more'];
  for (const path of [...paths, ...more]) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      expect([method, path, found(ours, method, path)]).toEqual([method, path, found(tree, methodInTree(method, path), path)]);
    }
  }
});
