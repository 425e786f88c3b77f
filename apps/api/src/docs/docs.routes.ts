import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Hono } from 'hono';
import { serveConstant } from '../http/fast/constant.ts';
import type { OpenApiDocument } from './document.ts';
import { addErrorExamples } from './error-examples.ts';
import { addRequestExamples } from './example-of-schema.ts';
import { renderPage } from './page/page.ts';
import type { TokenSource } from './page/page.ts';

/** The files of the reference page. All are served from here: the page loads nothing from other hosts. */
const files = {
  '/docs/style.css': { file: './page/style.css', type: 'text/css; charset=utf-8' },
  '/docs/try-it.js': { file: './page/try-it.js', type: 'text/javascript; charset=utf-8' },
  '/favicon.ico': { file: './page/favicon.ico', type: 'image/x-icon' },
} as const;

/** No inline scripts or styles and no other hosts. The page's script sends requests to this API alone, and submits the forms itself. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export interface DocsOptions {
  /** Makes the OpenAPI document of the routes. Called once, when somebody asks for it first. */
  makeDocument: () => object;
  tokens: TokenSource;
}

/** A readable page of the API at /docs, and the document that it shows. `/` leads browsers to the panel, and others to all that there is. */
export function createDocsRoutes({ makeDocument, tokens }: DocsOptions): Hono {
  const headers = { 'Content-Security-Policy': contentSecurityPolicy };
  let made: OpenApiDocument | undefined;
  const document = () => (made ??= withExamples(makeDocument()));
  const app = new Hono();
  app.get(
    '/openapi.json',
    serveConstant(() => ({ body: JSON.stringify(document()), type: 'application/json' })),
  );
  app.get(
    '/docs',
    serveConstant(async () => ({ body: await renderPage(document(), tokens), type: 'text/html; charset=utf-8', headers })),
  );
  for (const [place, { file, type }] of Object.entries(files)) {
    app.get(
      place,
      serveConstant(async () => ({ body: new Uint8Array(await readFile(path.join(import.meta.dirname, file))), type, headers })),
    );
  }
  app.get('/', (c) => {
    c.header('Vary', 'Accept');
    if (/\btext\/html\b/i.test(c.req.header('accept') ?? '')) return c.redirect('/panel/', 302);
    return c.json({ name: 'Mood Messaging API', documentation: '/docs', openapi: '/openapi.json', health: '/health' });
  });
  return app;
}

function withExamples(generated: object): OpenApiDocument {
  // A copy: the examples are written into it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our routes generate has this form
  const document = structuredClone(generated) as OpenApiDocument;
  addRequestExamples(document);
  addErrorExamples(document);
  return document;
}
