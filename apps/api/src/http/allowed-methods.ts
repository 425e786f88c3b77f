import type { Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import type { AuthEnv } from '../auth/guards.ts';

/** Finds the methods of a path, for the `Allow` header; empty for a path without a route. */
export type FindMethods = (path: string) => readonly string[];

const isPlain = (path: string) => !/[:*]/.test(path);

/**
 * Routes registered for all methods are middleware and do not count. A path without parameters has only its own methods, not those of a
 * route with a parameter that would match it too: the router resolves it the same way.
 * @param routes of the whole app.
 */
export function createMethodFinder(routes: Hono<AuthEnv>['routes']): FindMethods {
  const patterns = new TrieRouter<string>();
  const ofPlainPaths = new Map<string, Set<string>>();
  for (const { method, path } of routes) {
    if (method === METHOD_NAME_ALL) continue;
    if (isPlain(path)) ofPlainPaths.set(path, (ofPlainPaths.get(path) ?? new Set()).add(method));
    else patterns.add(METHOD_NAME_ALL, path, method);
  }
  return (path) => {
    const methods = ofPlainPaths.get(path) ?? new Set(patterns.match(METHOD_NAME_ALL, path)[0].map(([method]) => method));
    // A path with GET also answers HEAD.
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  };
}
