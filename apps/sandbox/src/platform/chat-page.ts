import { html } from 'hono/html';

/** What the chat page may load and reach: the sandbox, and the API for the badges. Nothing inline, and no text that becomes a script. */
export function chatPolicy(apiUrl: string | undefined): string {
  const withApi = apiUrl === undefined ? "'self'" : `'self' ${new URL(apiUrl).origin}`;
  return (
    `default-src 'none'; script-src ${withApi}; style-src 'self'; img-src 'self'; connect-src ${withApi}; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
  );
}

/** The frame of the chat page; its scripts fill it. */
export function chatPage(apiUrl: string | undefined) {
  return html`<!doctype html>
    <html lang="en" ${apiUrl === undefined ? '' : html`data-api="${apiUrl}"`}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Chat of the sandbox</title>
        <link rel="icon" href="/chat/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/chat/style.css" />
        ${apiUrl === undefined ? '' : html`<script type="module" src="${apiUrl}/badge.js"></script>`}
        <script type="module" src="/chat/main.ts"></script>
      </head>
      <body>
        <a class="skip" href="#conversation">To the conversation</a>
        <header class="top">
          <h1>Chat <span class="stamp">Sandbox</span></h1>
          <p class="about">A stand-in for the platform, to try Mood Messaging. <a href="/about">What it is</a></p>
          <button type="button" id="platform-switch" aria-expanded="false" aria-controls="platform">Platform</button>
        </header>
        <div id="page" class="page">
          <nav id="people" class="people" aria-label="You and the models"></nav>
          <main id="conversation" class="conversation" tabindex="-1">
            <noscript
              ><p>This page needs JavaScript. The sandbox works without it, too: <a href="/about">its routes</a>.</p></noscript
            >
          </main>
          <aside id="platform" class="platform" aria-label="Platform" tabindex="-1" hidden></aside>
        </div>
        <p id="notice" class="notice" role="status"></p>
      </body>
    </html>`;
}
