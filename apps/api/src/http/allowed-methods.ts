import type { Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import type { AuthEnv } from '../auth/guards.ts';

/** Finds the methods that a path is answered for: as `Allow` lists them; empty for a path that no route has. */
export type FindMethods = (path: string) => readonly string[];

const isPlain = (path: string) => !/[:*]/.test(path);

/**
 * @param routes of the whole app. Those of all methods are middleware, not routes.
 * A path without parameters has its own methods alone, not those of a path with a parameter that is like it: as the router sees it.
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
    // Whatever can be read can be asked about.
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  };
}
