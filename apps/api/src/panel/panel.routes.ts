import { setTimeout } from 'node:timers/promises';
import { flagKeys } from '@mood/domain';
import type { Flags } from '@mood/domain';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import type { Principal } from '../auth/principal.ts';
import { createPanelFiles } from './files.ts';
import type { Visitor } from './files.ts';
import { isShown, noSuchPage } from './no-such-page.ts';
import { noticePage, noticePolicy } from './notice-page.ts';
import type { Session } from './sessions.ts';
import { createSignInRoutes } from './sign-in.routes.ts';
import type { SignInDependencies } from './sign-in.routes.ts';

export interface PanelDependencies extends SignInDependencies {
  /** The folder of the built panel. */
  panelDir: string;
  flags: Flags;
}

/** Matches data as well, which has routes of its own: what this path is answered for says nothing about them. */
export const anyPage = '/panel/*';

const pageFlag = 'panel.';
const pageFlags = flagKeys.filter((key) => key.startsWith(pageFlag));

const notBuilt = {
  title: 'The panel is not built yet',
  words: 'Run “npm run panel:build” in the folder of the project, and load this page again.',
};

/** A page does not wait longer for the platform to say whether a session is alive: the panel asks again. */
const knownWithinMs = 150;

/** The panel: its session and its files. What it shows comes from `/panel/api/v1`, which are the routes of the API. */
export function createPanelRoutes(deps: PanelDependencies, allow: Guard): Hono<AuthEnv> {
  const { sessions, authenticator } = deps;

  async function describe({ name, exp }: Session, { subject, role, scopes }: Principal): Promise<object> {
    const isOn = await Promise.all(pageFlags.map(async (key) => deps.flags.isOn(key, { id: subject, role })));
    const hiddenPages = pageFlags.filter((_, nth) => isOn[nth] === false).map((key) => key.slice(pageFlag.length));
    return { subject, name, role, scopes: [...scopes], hiddenPages, expiresAt: new Date(exp * 1_000).toISOString() };
  }

  async function whoAsks(c: Context): Promise<Visitor> {
    const session = await sessions.read(c);
    if (session === undefined) return { role: undefined, session: null };
    const asked = authenticator.recall(session.access, 'read') ?? authenticator.authenticate(session.access, 'read');
    const principal = await Promise.race([asked, setTimeout(knownWithinMs, undefined, { ref: false })]).catch(() => undefined);
    const isOurs = principal?.role === 'model' || principal?.role === 'admin';
    if (principal === undefined || !isOurs) return { role: undefined, session: undefined };
    return { role: principal.role, session: await describe(session, principal) };
  }

  const files = createPanelFiles(deps.panelDir, {
    notBuilt: (c) => c.html(noticePage(notBuilt), 503, { 'Content-Security-Policy': noticePolicy, 'Retry-After': '2' }),
    whoAsks,
  });
  const app = new Hono<AuthEnv>();
  app.route('/panel', createSignInRoutes(deps));
  // Nobody is an answer, not an error: the panel asks before it shows the sign-in.
  app.get('/panel/api/session', async (c, next) => ((await sessions.read(c)) === undefined ? c.json(null) : next()));
  app.get('/panel/api/session', allow({ roles: ['model', 'admin'], intent: 'read' }), async (c) => {
    const session = await sessions.read(c);
    return c.json(session === undefined ? null : await describe(session, c.get('principal')));
  });
  app.get('/panel', (c) => c.redirect('/panel/', 302));
  app.get(anyPage, async (c) => {
    const place = c.req.path.slice('/panel'.length);
    const serve = /^\/api(?:\/|$)/.test(place) ? undefined : await files.find(place);
    if (serve !== undefined) return serve(c);
    return isShown(c.req.path, c.req.header('accept'))
      ? c.html(noticePage(noSuchPage), 404, { 'Content-Security-Policy': noticePolicy })
      : c.notFound();
  });
  return app;
}
