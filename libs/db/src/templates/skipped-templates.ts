import type { SkippedTemplates } from '@mood/domain';
import { templateTypes } from '@mood/domain';
import { roomFor } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** One line per template and this many milliseconds, however often it is passed over. */
const silenceMs = 60_000;
const maxRemembered = 10_000;

/** Counts the messages for which a lower template had to do, and says in the log which template could not be rendered, and why. */
export function createSkippedTemplatesReport(registry: Registry, logger: Logger, clock = () => performance.now()): SkippedTemplates {
  const counter = new Counter({
    name: 'mood_templates_skipped_total',
    help: 'Templates that fit and lacked a value, so that another one that ranks lower was rendered, by template type.',
    labelNames: ['template_type'],
    registers: [registry],
  });
  for (const templateType of templateTypes) counter.inc({ template_type: templateType }, 0);
  const saidAt = new LRUCache<string, number>(roomFor(maxRemembered));
  return {
    note({ id, version, templateType }, missing, replaced) {
      if (replaced) counter.inc({ template_type: templateType });
      const last = saidAt.get(id);
      if (last !== undefined && clock() - last < silenceMs) return;
      saidAt.set(id, clock());
      const message = 'this template could not be rendered for want of a value: add a fallback, {{name|…}}';
      logger.warn({ templateId: id, version, templateType, missing, replaced }, message);
    },
  };
}
