import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import { setEarly } from './early-header.ts';

/** The library's headers, worked out once: they are the same for every answer. */
async function headersFor(overTls: boolean): Promise<[string, string][]> {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      strictTransportSecurity: overTls ? 'max-age=31536000; includeSubDomains' : false,
    }),
  );
  app.get('/', (c) => c.body(null));
  return [...(await app.request('/')).headers];
}

/**
 * The headers of an API whose answers are data: never a document, a frame or a script. A page that needs more sets its own.
 * @param overTls whether browsers are to insist on HTTPS from now on (one year).
 */
export function createSecurityHeaders(overTls: boolean) {
  const workedOut = headersFor(overTls);
  return createMiddleware(async (c, next) => {
    for (const [name, value] of await workedOut) setEarly(c, name, value);
    await next();
  });
}

/** What belongs to one caller is kept by no cache. */
export const notStored = createMiddleware(async (c, next) => {
  setEarly(c, 'Cache-Control', 'no-store');
  await next();
});
