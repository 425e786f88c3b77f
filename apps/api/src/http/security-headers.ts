import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/**
 * The headers of an API whose answers are data, never a document, a frame or a script, and belong to one caller, so that no cache keeps
 * them. A page that needs more sets its own. They are the library's, worked out once: they are the same for every answer.
 * @param overTls whether browsers are to insist on HTTPS from now on (one year).
 */
export async function answerHeaders(overTls: boolean): Promise<[string, string][]> {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      strictTransportSecurity: overTls ? 'max-age=31536000; includeSubDomains' : false,
      // For browsers that are not used any more, and for pages that load others.
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
