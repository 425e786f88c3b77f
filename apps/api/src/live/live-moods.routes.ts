import { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { OpenAPIHono } from '@hono/zod-openapi';
import { asSeenBy, effectiveMood, readMoodsOrNeutral } from '@mood/domain';
import type { Context } from 'hono';
import type { AppDependencies } from '../app-dependencies.ts';
import { everyone } from '../auth/access.ts';
import { countRequest } from '../auth/guards.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { streamMoodsRoute, toSnapshot } from './live-moods.contract.ts';

/** The response of Node.js; undefined where the app is called without a server, and for HEAD, which is answered without a body. */
function openResponseOf(c: Context): ServerResponse | undefined {
  const outgoing: unknown = c.env?.outgoing;
  return outgoing instanceof ServerResponse && c.req.method === 'GET' ? outgoing : undefined;
}

/** Moods as they change (contract: "user interface mood indicators"). */
export function createLiveMoodRoutes(deps: AppDependencies, allow: Guard) {
  const signedIn = allow({ intent: 'read', ...everyone });
  return new OpenAPIHono<AuthEnv>().openapi({ ...streamMoodsRoute, middleware: [signedIn] as const }, async (c) => {
    const { modelIds } = c.req.valid('query');
    const principal = c.get('principal');
    await countRequest(deps.limits, principal, modelIds.length - 1);
    const response = openResponseOf(c);
    if (response === undefined) return c.body(null, 200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    await deps.moodStreams.openStream({
      principal,
      modelIds,
      response,
      checkSession: c.get('checkSession'),
      async begin() {
        const { moods, notFound, degraded } = await readMoodsOrNeutral(deps, modelIds);
        const shown = moods.map((mood) => deps.moodStreams.newest(mood));
        const now = deps.clock();
        const seen = await Promise.all(shown.map(async (mood) => asSeenBy(deps.flags, principal, effectiveMood(mood, now))));
        if (degraded || !deps.databaseIsReachable()) response.setHeader('Mood-Degraded', 'true');
        return { text: `event: snapshot\ndata: ${JSON.stringify(toSnapshot(seen, notFound, now))}\n\n`, shown };
      },
    });
    return RESPONSE_ALREADY_SENT;
  });
}
