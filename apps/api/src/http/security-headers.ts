import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/**
 * Security headers for an API whose answers are data for one caller, never a document, frame or script; no cache may store them. Pages set
 * their own. They come from hono's `secureHeaders`, computed once, since they are the same for every answer.
 * @param overTls whether browsers are to insist on HTTPS from now on (one year).
 */
export async function answerHeaders(overTls: boolean): Promise<[string, string][]> {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      strictTransportSecurity: overTls ? 'max-age=31536000; includeSubDomains' : false,
      // Headers for obsolete browsers, and for pages that load other sites.
      originAgentCluster: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
    }),
  );
  app.get('/', (c) => c.body(null));
  return [...(await app.request('/')).headers, ['cache-control', 'no-store']];
}
