import { html } from 'hono/html';

/** Nothing but a form and its style: no script at all. */
export const signInPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export const signInStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 100vh; margin: 0; place-items: center; background: light-dark(#f4f5f7, #14171c); color: light-dark(#1d2430, #e6e9ee); }
main { box-sizing: border-box; width: min(28rem, 100% - 2rem); padding: 2rem; border-radius: 0.75rem; background: light-dark(#fff, #1d2229); box-shadow: 0 1px 8px rgb(0 0 0 / 15%); }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
p { margin: 0 0 1rem; }
form, label { display: grid; gap: 0.5rem; }
input { padding: 0.6rem 0.75rem; border: 1px solid light-dark(#77808d, #8b94a1); border-radius: 0.4rem; background: transparent; color: inherit; font: inherit; }
button { margin-top: 0.5rem; padding: 0.6rem 1rem; border: 0; border-radius: 0.4rem; background: #2757c4; color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid light-dark(#7aa2ff, #9db8ff); outline-offset: 2px; }
[role='alert'] { padding: 0.6rem 0.75rem; border-left: 4px solid #c62828; background: light-dark(#fdecea, #3a1f1f); }
`;

function page(title: string, content: unknown) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/ops/sign-in.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `;
}

/** @param problem why the last attempt was refused. */
export function signInPage(problem?: string) {
  return page(
    'Sign in to the queues',
    html`${problem === undefined ? '' : html`<p role="alert">${problem}</p>`}
      <form method="post" action="/ops/login">
        <label>
          Access token of an administrator
          <input type="password" name="token" required autofocus autocomplete="off" spellcheck="false" />
        </label>
        <button>Sign in</button>
      </form>`,
  );
}

export function signOutPage() {
  return page('Sign out of the queues', html`<form method="post" action="/ops/logout"><button>Sign out</button></form>`);
}
