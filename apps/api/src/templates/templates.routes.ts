import { explainTemplate, findTemplate, parseTemplate, renderMessage, templateNotFound } from '@mood/domain';
import type { Template } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import { everyone } from '../auth/access.ts';
import { NotPermitted } from '../auth/errors.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { markDegraded } from '../http/contract.ts';
import { readBody } from '../http/fast/json-body.ts';
import { boundRefusals } from '../http/refused-writes.ts';
import {
  getTemplateRoute,
  renderers,
  explanationRefusal,
  renderTemplateRoute,
  toExplanation,
  toFoundBody,
  toTemplateValues,
} from './templates.contract.ts';

/** For analytics, by ids. Thanks for a tip would say that somebody has paid, which is not ours to tell. */
function tellRendered({ processCounter }: AppDependencies, modelId: string, { id, version, templateType, moodState }: Template): void {
  if (templateType === 'tip_thank_you') return;
  processCounter.rendered({ modelId, templateId: id, templateVersion: version, templateType, moodState });
}

/** Which message a user gets (contract: "Get Messaging Template", "Render Messaging Template"). */
export function createTemplateRoutes(deps: AppDependencies, allow: Guard) {
  const signedIn = allow({ intent: 'read', ...everyone });
  const services = allow({ intent: 'read', ...renderers });
  const fewRefusals = boundRefusals(deps.limits.refusedWrites);

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...getTemplateRoute, middleware: [signedIn] as const }, async (c) => {
      const { modelId, templateType, userTier = null, userId = null, locale = null, explain } = c.req.valid('query');
      const request = { modelId, templateType, tier: userTier, userId, locale };
      if (explain === 'false') {
        const found = await findTemplate(deps, request);
        markDegraded(c, found.degraded || !deps.databaseIsReachable());
        return c.json(toFoundBody(found), 200);
      }
      if (c.get('principal').role !== 'admin') throw new NotPermitted(explanationRefusal);
      const { mood, total, candidates } = await explainTemplate(deps, request);
      const explanation = toExplanation(total, candidates);
      const winner = candidates.find(({ won }) => won)?.template;
      if (winner === undefined) {
        const { code, message } = templateNotFound();
        return c.json({ error: code, message, explanation }, 404);
      }
      return c.json({ ...toFoundBody({ template: winner, parsed: parseTemplate(winner.content), mood }), explanation }, 200);
    })
    .openapi({ ...renderTemplateRoute, middleware: [services, readBody, fewRefusals] as const }, async (c) => {
      const { userTier, variables, ...request } = c.req.valid('json');
      const { text, mood, template, experiment, degraded } = await renderMessage(deps, {
        ...request,
        tier: userTier,
        timeZone: request.timeZone,
        variables: toTemplateValues(variables),
      });
      tellRendered(deps, request.modelId, template);
      markDegraded(c, degraded || !deps.databaseIsReachable());
      c.header('Mood-Template-Id', template.id);
      c.header('Mood-Template-Version', String(template.version));
      if (experiment !== null) c.header('Mood-Experiment', experiment);
      return c.json({ renderedMessage: text, moodState: mood.moodState }, 200);
    });
}
