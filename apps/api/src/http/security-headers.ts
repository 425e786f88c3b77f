import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';

/**
 * The headers of an API whose answers are data: never a document, a frame or a script. A page that needs more sets its own.
 * @param overTls whether browsers are to insist on HTTPS from now on (one year).
 */
export function createSecurityHeaders(overTls: boolean) {
  return secureHeaders({
    overwrite: false,
    contentSecurityPolicy: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    xFrameOptions: 'DENY',
    strictTransportSecurity: overTls ? 'max-age=31536000; includeSubDomains' : false,
  });
}

/** What belongs to one caller is kept by no cache. */
export const notStored = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
});
