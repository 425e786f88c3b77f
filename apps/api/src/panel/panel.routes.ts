import { flagKeys } from '@mood/domain';
import type { Flags } from '@mood/domain';
import { Hono } from 'hono';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { createPanelFiles } from './files.ts';
import { noticePage, noticePolicy } from './notice-page.ts';
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

/** The panel: its session and its files. What it shows comes from `/panel/api/v1`, which are the routes of the API. */
export function createPanelRoutes(deps: PanelDependencies, allow: Guard): Hono<AuthEnv> {
  const { sessions } = deps;
  const files = createPanelFiles(deps.panelDir, (c) =>
    c.html(noticePage(notBuilt), 503, { 'Content-Security-Policy': noticePolicy, 'Retry-After': '2' }),
  );
  const app = new Hono<AuthEnv>();
  app.route('/panel', createSignInRoutes(deps));
  // Nobody is an answer, not an error: the panel asks before it shows the sign-in.
  app.get('/panel/api/session', async (c, next) => ((await sessions.read(c)) === undefined ? c.json(null) : next()));
  app.get('/panel/api/session', allow({ roles: ['model', 'admin'], intent: 'read' }), async (c) => {
    const { subject, role, scopes } = c.get('principal');
    const session = await sessions.read(c);
    const isOn = await Promise.all(pageFlags.map(async (key) => deps.flags.isOn(key, { id: subject, role })));
    const hiddenPages = pageFlags.filter((_, nth) => isOn[nth] === false).map((key) => key.slice(pageFlag.length));
    const body = { subject, name: session?.name ?? null, role, scopes: [...scopes], hiddenPages };
    return c.json({ ...body, expiresAt: new Date((session?.exp ?? 0) * 1_000).toISOString() });
  });
  app.get('/panel', (c) => c.redirect('/panel/', 302));
  app.get(anyPage, async (c) => {
    const place = c.req.path.slice('/panel'.length);
    const serve = place.startsWith('/api/') ? undefined : await files.find(place);
    return serve === undefined ? c.notFound() : serve(c);
  });
  return app;
}
