import { asSeenBy, changeMood, extendMood, RateLimitExceeded, readHistory, readMoodOrNeutral, readMoodsOrNeutral } from '@mood/domain';
import type { ChangedMood, Mood } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppDependencies } from '../app-dependencies.ts';
import { everyone } from '../auth/access.ts';
import { NotPermitted } from '../auth/errors.ts';
import { countRequest } from '../auth/guards.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { markDegraded } from '../http/contract.ts';
import { setEarly } from '../http/fast/early-headers.ts';
import { readBody } from '../http/fast/json-body.ts';
import { chooseReadStores } from '../http/read-sources.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import { originOf } from '../http/client.ts';
import { checkedParams } from '../http/validation.ts';
import {
  extendMoodRoute,
  getHistoryRoute,
  getMoodRoute,
  getMoodsRoute,
  modelParams,
  models,
  toHistoryBody,
  toMoodBody,
  toVersionedMoodBody,
  updateMoodRoute,
  versionHeader,
} from './moods.contract.ts';
import { readHistoryCursor } from './history-cursor.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

const jsonContent = { 'Content-Type': 'application/json' };

/** The cache hands out the same object until a mood changes, so its JSON is made once and stored here. */
const bodies = new WeakMap<Mood, string>();

function bodyOf(mood: Mood): string {
  const known = bodies.get(mood);
  if (known !== undefined) return known;
  const body = JSON.stringify(toMoodBody(mood));
  bodies.set(mood, body);
  return body;
}

/** Moods and their history (contract: "Mood Service API Contract"). */
export function createMoodRoutes(deps: AppDependencies, allow: Guard) {
  const signedIn = allow({ intent: 'read', ...everyone });
  const owner = allow({ intent: 'write', ...models });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  /** With what is left of the hourly allowance, also when nothing is. */
  async function answerChange<Body extends object>(c: Context<AuthEnv>, toBody: (mood: Mood) => Body, change: Promise<ChangedMood>) {
    try {
      const { mood, allowance } = await change;
      if (allowance !== null) setEarly(c, Object.entries(rateLimitHeaders(allowance.remaining, allowance.resetTime, deps.clock())));
      setEarly(c, [[versionHeader, String(mood.version)]]);
      return c.json(toBody(mood), 200);
    } catch (error) {
      if (error instanceof RateLimitExceeded) {
        setEarly(c, Object.entries(rateLimitHeaders(0, error.resetTime, deps.clock())));
      }
      throw error;
    }
  }

  const routes = new OpenAPIHono<AuthEnv>()
    .openapi({ ...getMoodsRoute, middleware: [signedIn] as const }, async (c) => {
      const { modelIds } = c.req.valid('query');
      // Each ID counts against the limit as a request of its own; the guard has counted the first.
      await countRequest(deps.limits, c.get('principal'), modelIds.length - 1);
      const { moods, notFound, degraded } = await readMoodsOrNeutral(deps, modelIds);
      markDegraded(c, degraded || !deps.databaseIsReachable());
      const seen = await Promise.all(moods.map(async (mood) => asSeenBy(deps.flags, c.get('principal'), mood)));
      return c.json({ moods: seen.map(toMoodBody), notFound }, 200);
    })
    .openapi({ ...updateMoodRoute, middleware: [owner, readBody, fewRefusals] as const }, async (c) => {
      const modelId = c.get('principal').subject;
      const { modelId: named = modelId, expectedVersion, ...settings } = c.req.valid('json');
      if (named !== modelId) throw new NotPermitted('modelId: this is another model. Models can set only their own mood.');
      return answerChange(c, toMoodBody, changeMood(deps, { kind: 'model', modelId, origin: originOf(c) }, settings, expectedVersion));
    })
    .openapi({ ...extendMoodRoute, middleware: [owner, readBody, fewRefusals] as const }, async (c) => {
      const actor = { kind: 'model', modelId: c.get('principal').subject, origin: originOf(c) } as const;
      return answerChange(c, toVersionedMoodBody, extendMood(deps, actor, c.req.valid('json')));
    })
    .openapi({ ...getHistoryRoute, middleware: [signedIn] as const }, async (c) => {
      const { before, ...page } = c.req.valid('query');
      const range = { ...page, before: before === undefined ? undefined : (readHistoryCursor(before) ?? undefined) };
      const { moodHistory } = chooseReadStores(deps, c);
      const result = await readHistory({ ...deps, moodHistory }, c.get('principal'), c.req.valid('param').modelId, range);
      return c.json(toHistoryBody(result, page), 200);
    });

  // The route with the most requests. Validation is called here because, as middleware, it takes as long as the rest of the answer.
  routes.openAPIRegistry.registerPath(getMoodRoute);
  routes.get(getMoodRoute.getRoutingPath(), signedIn, async (c) => {
    const { modelId } = checkedParams(c, modelParams);
    const { mood, degraded } = await readMoodOrNeutral(deps, modelId);
    markDegraded(c, degraded || !deps.databaseIsReachable());
    const seen = asSeenBy(deps.flags, c.get('principal'), mood);
    return c.body(bodyOf(seen instanceof Promise ? await seen : seen), 200, jsonContent);
  });
  return routes;
}
