import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { cameByPanel } from '../panel/routed-path.ts';
import { setEarly } from './fast/early-headers.ts';

/** What pages of other origins may read: moods, streams of them, and the badge. Nothing that changes anything. */
const readable = /^\/(?:badge\.js|api\/v1\/(?:moods(?:\/stream)?|mood\/[0-9a-f-]{36}))$/i;

/** The panel is of this origin, and its session is for nobody else. */
const isReadable = (c: Context) => readable.test(c.req.path) && !cameByPanel(c);

/** What a page may read of an answer besides its body and the usual headers. */
const exposed = 'Mood-Degraded, Retry-After, X-Request-Id';
/** Seconds for which a browser need not ask again; none takes more. */
const rememberSeconds = '7200';

/**
 * Lets pages of some origins read moods (CORS). Their requests carry a bearer token that the page has; cookies are not accepted.
 * @param origins none: no header is set, and no preflight answered; the middleware is better left out, since each costs every request something.
 */
export function shareWithOrigins(origins: readonly string[]) {
  const allowed = new Set(origins);
  /** Sets the headers; errors have them, too, so that pages can read them. */
  const headers = createMiddleware<AuthEnv>((c, next) => {
    if (allowed.size > 0 && isReadable(c)) {
      const origin = c.req.header('origin');
      const isAllowed = origin !== undefined && allowed.has(origin);
      setEarly(c, [
        ['Vary', 'Origin'],
        ...(isAllowed
          ? ([
              ['Access-Control-Allow-Origin', origin],
              ['Access-Control-Expose-Headers', exposed],
            ] as const)
          : []),
      ]);
    }
    return next();
  });
  /** Answers what a browser asks before it sends a token. After the limits of clients: whoever asks has none. */
  const preflights = createMiddleware<AuthEnv>(async (c, next) => {
    const { req } = c;
    const asks = req.method === 'OPTIONS' && req.header('access-control-request-method') !== undefined;
    if (!asks || !allowed.has(req.header('origin') ?? '') || !isReadable(c)) return next();
    return c.body(null, 204, {
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': 'Authorization, X-Request-Id',
      'Access-Control-Max-Age': rememberSeconds,
      Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
  });
  return { headers, preflights };
}
