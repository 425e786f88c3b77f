import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Identity } from './identities.ts';

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; accent-color: #2757c4 }
body { box-sizing: border-box; margin: 0; min-height: 100vh; padding: 2rem 1rem; background: light-dark(#f4f5f7, #14171c); color: light-dark(#1d2430, #e6e9ee) }
main { box-sizing: border-box; max-width: 44rem; margin: 0 auto; padding: 1.5rem; border-radius: .75rem; background: light-dark(#fff, #1d2229); box-shadow: 0 1px 8px rgb(0 0 0 / 12%) }
h1 { margin: 0; font-size: 1.25rem }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem }
p { margin: .25rem 0 1rem; color: light-dark(#566072, #a4adba) }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: .5rem; margin: 0; padding: 0; list-style: none }
li a { display: flex; justify-content: space-between; gap: .5rem; padding: .6rem .75rem; border: 1px solid light-dark(#cfd5de, #3a424e); border-radius: .5rem; color: inherit; text-decoration: none; overflow-wrap: anywhere }
li a:hover { border-color: #2757c4 }
li span { flex: none; color: light-dark(#566072, #a4adba) }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
input { min-width: 0; flex: 1 1 12rem; padding: .5rem .75rem; border: 1px solid light-dark(#77808d, #8b94a1); border-radius: .5rem; background: transparent; color: inherit; font: inherit }
button { padding: .5rem 1rem; border: 0; border-radius: .5rem; background: #2757c4; color: #fff; font: inherit; cursor: pointer }
:focus-visible { outline: 3px solid light-dark(#2757c4, #9db8ff); outline-offset: 2px }`;

/** No script; the links lead back to the program that asked. */
export const choicePolicy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** Apart from the page, whose layout may change what stands between the tags. */
const styleElement = raw(`<style>${style}</style>`);

/** The most people of a role that the page shows: there can be tens of thousands. */
const maxShown = 60;

const titles: readonly [Identity['role'], string][] = [
  ['admin', 'Administrators'],
  ['model', 'Models'],
  ['user', 'Users'],
];

interface Choice {
  people: Record<Identity['role'], Identity[]>;
  /** What was looked for. */
  find: string;
  /** The parameters of the request, which every link passes on. */
  asked: Readonly<Record<string, string | undefined>>;
}

/** Where one chooses who one is: a link for each of the people. */
export function choicePage({ people, find, asked }: Choice) {
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const linkOf = (id: string) => `/authorize/as?${String(new URLSearchParams([...given, ['subject', id]]))}`;
  return page(
    'Who are you?',
    html`<p>The stand-in platform signs in whom you choose: no password, and not for production.</p>
      <form method="get" action="/authorize">
        ${given.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <input type="search" name="find" value="${find}" aria-label="Name or ID" placeholder="Name or ID" />
        <button>Find</button>
      </form>
      ${titles.map(([role, title]) => section(title, people[role], linkOf))}`,
  );
}

function section(title: string, people: readonly Identity[], linkOf: (id: string) => string) {
  const more = people.length - maxShown;
  return html`<h2>${title}</h2>
    ${people.length === 0 ? html`<p>Nobody of this name.</p>` : ''}
    <ul>
      ${people.slice(0, maxShown).map(
        ({ id, displayName, role, tier }) =>
          html`<li>
            <a href="${linkOf(id)}"><strong>${displayName}</strong> <span>${tier ?? role}</span></a>
          </li>`,
      )}
    </ul>
    ${more > 0 ? html`<p>And ${more} more: look for a name or an ID.</p>` : ''}`;
}

/** @param problem what is wrong with the request, in words. */
export function refusalPage(problem: string) {
  return page('This sign-in cannot go on', html`<p>${problem}</p>`);
}

function page(title: string, content: unknown) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Sandbox</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
