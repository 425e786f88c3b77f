import { hash } from 'node:crypto';
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { html, raw } from 'hono/html';
import { chatPage, chatPolicy } from './chat-page.ts';
import { demoAdmins, demoPerformers, demoUsers } from './demo-people.ts';
import type { Directory } from './directory.ts';
import { faultModes } from './faults.ts';
import type { Faults } from './faults.ts';
import type { PlatformEnv } from './platform-env.ts';
import { routesInWords } from './routes.ts';

const style = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; vertical-align: top; overflow-wrap: anywhere }`;
const policy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Apart from the page, whose layout may change what stands between the tags. */
const styleElement = raw(`<style>${style}</style>`);

export interface StartPageDeps {
  directory: Directory;
  faults: Faults;
  /** Where browsers reach the mood API; absent: the chat has no badges. */
  publicApiUrl?: string | undefined;
}

/**
 * Where somebody starts who opens the sandbox: the chat for browsers, and for others who is there, what can be asked, what is broken.
 * `/about` has the same as a page.
 */
export function startPageRoutes({ directory, faults, publicApiUrl }: StartPageDeps) {
  function summarise(): Summary {
    const { performers, users } = directory.people();
    return {
      name: 'The stand-in platform of Mood Messaging. It gives a token to anybody: not for production.',
      people: { performers: demoPerformers, users: demoUsers.map((one) => directory.findUser(one.id) ?? one), admins: demoAdmins },
      totals: { performers: performers.length, users: users.length, admins: demoAdmins.length },
      faults: faults.list(),
      faultModes,
      routes: routesInWords,
    };
  }

  return new Hono<PlatformEnv>()
    .get('/', (c) => {
      c.header('Cache-Control', 'no-store');
      c.header('Vary', 'Accept');
      const wanted = accepts(c, { header: 'Accept', supports: ['application/json', 'text/html'], default: 'application/json' });
      if (wanted !== 'text/html') return c.json(summarise());
      c.header('Content-Security-Policy', chatPolicy(publicApiUrl));
      c.header('X-Content-Type-Options', 'nosniff');
      return c.html(chatPage(publicApiUrl));
    })
    .get('/about', (c) => {
      c.header('Cache-Control', 'no-store');
      c.header('Content-Security-Policy', policy);
      return c.html(pageOf(summarise()));
    });
}

interface Summary {
  name: string;
  people: {
    performers: readonly { id: string; displayName: string }[];
    users: readonly { id: string; displayName: string; tier: string }[];
    admins: readonly { id: string; displayName: string }[];
  };
  totals: { performers: number; users: number; admins: number };
  faults: readonly { service: string; mode: string; rate: number }[];
  faultModes: readonly string[];
  routes: readonly { method: string; path: string; does: string }[];
}

function pageOf({ name, people, totals, faults, faultModes: modes, routes }: Summary) {
  const persons = [
    ...people.performers.map((one) => ({ ...one, role: 'model' })),
    ...people.users.map((one) => ({ ...one, role: `user, ${one.tier}` })),
    ...people.admins.map((one) => ({ ...one, role: 'admin' })),
  ];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Sandbox of Mood Messaging</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <h1>Sandbox</h1>
          <p>${name} Bodies and answers of every route are in docs/sandbox.md.</p>
          <p><a href="/">To the chat</a></p>
          <h2>People</h2>
          <p>${totals.performers} performers, ${totals.users} users, ${totals.admins} administrators. Always there:</p>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">ID</th>
              </tr>
            </thead>
            <tbody>
              ${persons.map(
                (one) =>
                  html`<tr>
                    <td>${one.displayName}</td>
                    <td>${one.role}</td>
                    <td><code>${one.id}</code></td>
                  </tr>`,
              )}
            </tbody>
          </table>
          <h2>Faults</h2>
          <p>Set one with <code>PUT /sandbox/faults/:service</code>: ${modes.join(', ')}.</p>
          <table>
            <thead>
              <tr>
                <th scope="col">Service</th>
                <th scope="col">Mode</th>
                <th scope="col">Share of calls</th>
              </tr>
            </thead>
            <tbody>
              ${faults.map(
                ({ service, mode, rate }) =>
                  html`<tr>
                    <td>${service}</td>
                    <td>${mode}</td>
                    <td>${rate}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
          <h2>Routes</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">Route</th>
                <th scope="col">What it does</th>
              </tr>
            </thead>
            <tbody>
              ${routes.map(
                ({ method, path, does }) =>
                  html`<tr>
                    <td><code>${method} ${path}</code></td>
                    <td>${does}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </main>
      </body>
    </html>`;
}
