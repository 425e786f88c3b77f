import type { OnRender, RenderOutcome, TemplateType } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/**
 * Counts messages that were to be made from a template (`mood_template_renders_total`).
 * @param types the types of templates that this process renders, and @param outcomes what can come of it: their series are there, with 0,
 * from the start.
 * @returns the callback to call with each outcome.
 */
export function createRenderMetrics(registry: Registry, types: readonly TemplateType[], outcomes: readonly RenderOutcome[]): OnRender {
  const renders = new Counter({
    name: 'mood_template_renders_total',
    help: 'Messages that were to be made from a template: rendered, failed (a value is missing, or a fault of ours), no_template, or built_in (an automatic reply without a template that can be rendered).',
    labelNames: ['template_type', 'outcome'],
    registers: [registry],
  });
  const series = new Map<string, Counter.Internal>();
  for (const type of types)
    for (const outcome of outcomes) series.set(`${type} ${outcome}`, renders.labels({ template_type: type, outcome }));
  for (const child of series.values()) child.inc(0);
  return (type, outcome) => series.get(`${type} ${outcome}`)?.inc();
}
