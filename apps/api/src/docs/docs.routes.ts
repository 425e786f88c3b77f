import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Hono } from 'hono';
import { serveConstant } from '../http/constant.ts';

/** The files of the reference page, all served by ourselves: the page asks nobody else for anything. */
const assets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Mood Messaging API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', domNode: document.getElementById('reference'), deepLinking: true, persistAuthorization: false });
`;

/** Swagger UI places images and inline styles of its own; scripts come from files only. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * A readable page of the API at /docs, and the document that it shows.
 * @param makeDocument called once, when somebody asks for it first.
 */
export function createDocsRoutes(makeDocument: () => object): Hono {
  const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const headers = { 'Content-Security-Policy': contentSecurityPolicy };
  const app = new Hono();
  app.get(
    '/openapi.json',
    serveConstant(() => ({ body: JSON.stringify(makeDocument()), type: 'application/json' })),
  );
  app.get(
    '/docs',
    serveConstant(() => ({ body: page, type: 'text/html; charset=utf-8', headers })),
  );
  app.get(
    '/docs/start.js',
    serveConstant(() => ({ body: start, type: 'text/javascript; charset=utf-8', headers })),
  );
  for (const [name, type] of Object.entries(assets)) {
    app.get(
      `/docs/${name}`,
      serveConstant(async () => ({ body: new Uint8Array(await readFile(path.join(folder, name))), type, headers })),
    );
  }
  return app;
}
