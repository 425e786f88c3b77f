import { problemOfTarget } from '@mood/runtime';

const home = '/panel/';
/** As it is written into the cookie of the sign-in, which browsers keep up to 4,096 bytes long: what is asked for can be longer there. */
const maxLength = 1_000;
/** Pages of the panel, and the queue board. */
const pages = /^\/(?:panel|ops\/queues)(?:\/|$)/;
/** Under the panel, but no pages: data, and what begins or ends a session. */
const noPages = /^\/panel\/(?:api|sign-in|sign-out)(?:\/|$)/;

/**
 * Where a browser goes after the sign-in: a path of ours that was asked for, or else the panel's first page. Never another host, however
 * it is written.
 */
export function returnPath(asked: string | undefined): string {
  if (asked === undefined || asked.length > maxLength || !asked.startsWith('/')) return home;
  // As a browser would read it: it takes `\` for `/`, leaves out line breaks, and goes up at `..`.
  const url = URL.parse(asked, 'http://here.invalid');
  if (url?.origin !== 'http://here.invalid' || /[\\\s]/.test(asked)) return home;
  if (!pages.test(url.pathname) || noPages.test(url.pathname) || /%2f|%5c/i.test(url.pathname)) return home;
  // What the server would not answer: somebody who has just signed in is not met by an error.
  if (problemOfTarget(`${url.pathname}${url.search}`) !== undefined) return home;
  const path = `${url.pathname}${url.search}${url.hash}`;
  return path.length > maxLength ? home : path;
}
