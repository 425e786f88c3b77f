import { templateTypes } from '@mood/domain';
import type { ErrorCode, TemplateType } from '@mood/domain';
import { createMiddleware } from 'hono/factory';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { AuthEnv } from '../auth/guards.ts';

const outcomes = ['rendered', 'failed', 'no_template'] as const;
type RenderOutcome = (typeof outcomes)[number];

/** @returns undefined for a request that was refused before anything was to be rendered. */
function outcomeOf(status: number, error: ErrorCode | undefined): RenderOutcome | undefined {
  if (status < 400) return 'rendered';
  if (error === 'TEMPLATE_NOT_FOUND') return 'no_template';
  return error === 'TEMPLATE_RENDER_FAILED' || status >= 500 ? 'failed' : undefined;
}

/** Counts messages that were asked for, by template type. For the route that renders them. */
export function createRenderMetrics(registry: Registry) {
  const renders = new Counter({
    name: 'mood_template_renders_total',
    help: 'Messages that were to be made from a template: rendered, failed (a value is missing, or a fault of ours), or no_template.',
    labelNames: ['template_type', 'outcome'],
    registers: [registry],
  });
  const bound = new Map(
    templateTypes.map((type) => [
      type,
      new Map(outcomes.map((outcome) => [outcome, renders.labels({ template_type: type, outcome })] as const)),
    ]),
  );
  for (const children of bound.values()) for (const child of children.values()) child.inc(0);

  return createMiddleware<AuthEnv, string, { out: { json: { templateType: TemplateType } | undefined } }>(async (c, next) => {
    await next();
    const outcome = outcomeOf(c.res.status, c.get('errorCode'));
    // There is none when the body was refused.
    const type = c.req.valid('json')?.templateType;
    if (outcome !== undefined && type !== undefined) bound.get(type)?.get(outcome)?.inc();
  });
}
