import { html } from 'hono/html';

/** Words, a link or a button, and their style: no script at all. */
export const noticePolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export const noticeStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 100vh; margin: 0; place-items: center; background: light-dark(#f4f5f7, #14171c); color: light-dark(#1d2430, #e6e9ee); }
main { box-sizing: border-box; width: min(28rem, 100% - 2rem); padding: 2rem; border-radius: 0.75rem; background: light-dark(#fff, #1d2229); box-shadow: 0 1px 8px rgb(0 0 0 / 15%); }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
a, button { display: inline-block; padding: 0.6rem 1rem; border: 0; border-radius: 0.4rem; background: #2757c4; color: #fff; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
:focus-visible { outline: 3px solid light-dark(#7aa2ff, #9db8ff); outline-offset: 2px; }
`;

export interface Notice {
  title: string;
  words: string;
  /** What one can do: a link, or a button that posts to an address of ours. */
  way?: { label: string; href: string } | { label: string; postTo: string };
}

/** A page of the server itself, for what comes before and after the panel. */
export function noticePage({ title, words, way }: Notice) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/panel/notice.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${words}</p>
          ${wayOut(way)}
        </main>
      </body>
    </html> `;
}

function wayOut(way: Notice['way']) {
  if (way === undefined) return '';
  if ('href' in way) return html`<a href="${way.href}">${way.label}</a>`;
  return html`<form method="post" action="${way.postTo}"><button>${way.label}</button></form>`;
}
