import { html } from 'hono/html';
import type { OpenApiDocument } from '../document.ts';
import { renderText } from './fields.ts';
import type { Markup } from './fields.ts';
import { renderOperation } from './operation.ts';
import type { PlacedOperation } from './operation.ts';

/** Where readers of the page get a token. */
export type TokenSource =
  /** The sandbox, which issues a token to anybody. */
  | { kind: 'sandbox'; url: string }
  /** The auth service of a real platform. */
  | { kind: 'auth service' };

/** The API reference: the whole OpenAPI document as one page. Without its script everything but sending requests works. */
export async function renderPage(document: OpenApiDocument, tokens: TokenSource): Promise<string> {
  const { info, tags } = document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): PlacedOperation => ({ method, path, operation })),
  );
  const groups = tags.map((tag) => ({
    ...tag,
    id: `tag-${tag.name.toLowerCase().replaceAll(' ', '-')}`,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  return String(
    await html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${info.title}</title>
          <link rel="icon" href="/favicon.ico" />
          <link rel="stylesheet" href="/docs/style.css" />
          <script type="module" src="/docs/try-it.js"></script>
        </head>
        <body>
          <a class="skip" href="#content">To the content</a>
          <nav aria-label="Operations">
            <a class="home" href="#content">${info.title}</a>
            ${groups.map(
              (group) =>
                html`<section>
                  <h2><a href="#${group.id}">${group.name}</a></h2>
                  <ul>
                    ${group.operations.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}
                  </ul>
                </section>`,
            )}
          </nav>
          <main id="content" tabindex="-1">
            <header>
              <h1>${info.title} <span>${info.version}</span></h1>
              <p>${renderText(info.description)}</p>
              <p><a href="/openapi.json">The OpenAPI document</a>, for tools and client generators.</p>
            </header>
            ${renderTokenSection(tokens)}
            ${groups.map(
              (group) =>
                html`<section class="group" id="${group.id}">
                  <h2>${group.name}</h2>
                  <p>${group.description}</p>
                  ${group.operations.map((placed) => renderOperation(placed, document))}
                </section>`,
            )}
          </main>
        </body>
      </html>`,
  );
}

/** The token request that the page shows for each role. A service token has only the scopes that it requests. */
const tokenRequests: readonly [who: string, request: object][] = [
  ['The model Sophia', { role: 'model' }],
  ['The user John', { role: 'user' }],
  ['An administrator', { role: 'admin' }],
  ['The message service', { role: 'service', scope: 'mood:render auto-replies:write' }],
];

const tokenLine = (url: string, request: object) =>
  `curl -s ${url}/oauth/token -H 'Content-Type: application/json' -d '${JSON.stringify(request)}'`;

function renderTokenSection(tokens: TokenSource): Markup {
  const how =
    tokens.kind === 'sandbox'
      ? html`<p>
            The sandbox gives one to whoever asks (<code>POST /oauth/token</code>). Paste its answer below, or the
            <code>access_token</code> in it.
          </p>
          <dl class="lines">
            ${tokenRequests.map(
              ([who, request]) =>
                html`<div>
                  <dt>${who}</dt>
                  <dd><pre>${tokenLine(tokens.url, request)}</pre></dd>
                </div>`,
            )}
          </dl>`
      : html`<p>Your platform’s auth service issues it. Ask for one with the role that an operation names, and paste it here.</p>`;
  return html`<section class="token" id="token">
    <h2>Get a token</h2>
    ${how}
    <form id="token-form">
      <label for="token-field">Access token</label>
      <input id="token-field" name="token" type="text" autocomplete="off" spellcheck="false" autocapitalize="off" />
      <div class="actions">
        <button type="submit">Use this token</button>
        <button type="button" id="forget-token" class="quiet">Forget it</button>
      </div>
      <p id="token-state" role="status">No token yet. It is kept in this tab until you close it.</p>
    </form>
  </section>`;
}
