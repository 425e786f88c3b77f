import { DomainError } from '../errors.ts';
import type { Flags } from '../flags/ports.ts';
import type { Mood } from '../moods/mood.ts';
import { readMoodOrNeutral } from '../moods/read-mood.ts';
import type { ReadMoodDependencies } from '../moods/read-mood.ts';
import { asUsersSee } from '../moods/shown-message.ts';
import { areExperimentsOn } from './experiments-switch.ts';
import type { TemplateSource } from './ports.ts';
import { absentVariables, hindranceOf } from './first-renderable.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import type { IndexedTemplate } from './template-index.ts';

export interface TemplateRequest extends Omit<TemplateCriteria, 'moodState' | 'experiments'> {
  modelId: string;
}

export interface FindTemplateDependencies extends ReadMoodDependencies {
  templates: TemplateSource;
  flags: Flags;
}

export interface FoundTemplate extends IndexedTemplate {
  mood: Mood;
  /** The mood is not known because of an outage: this is a template of the neutral mood. */
  degraded: boolean;
}

/**
 * Finds the template for a user of a model (contract: "Get Messaging Template"): the best one that can be rendered, as far as that is known
 * without the caller's values; the best of all when none can.
 * @throws DomainError MODEL_NOT_FOUND, TEMPLATE_NOT_FOUND; DependencyUnavailable (the templates were never read).
 */
export async function findTemplate(deps: FindTemplateDependencies, request: TemplateRequest): Promise<FoundTemplate> {
  const { modelId, ...criteria } = request;
  const [{ mood, degraded }, index] = await Promise.all([readMoodOrNeutral(deps, modelId), deps.templates.current()]);
  const { customMessage } = await asUsersSee(deps.flags, mood);
  const absent = absentVariables({ ...criteria, customMessage });
  const experiments = await areExperimentsOn(deps.flags, criteria.userId);
  let best: IndexedTemplate | undefined;
  for (const entry of rankTemplates(index, { ...criteria, experiments, moodState: mood.moodState })) {
    if (hindranceOf(entry.parsed, absent) === null) return { ...entry, mood, degraded };
    best ??= entry;
  }
  if (best === undefined) throw templateNotFound();
  return { ...best, mood, degraded };
}

export function templateNotFound(message = 'No template found for the specified criteria'): DomainError {
  return new DomainError('TEMPLATE_NOT_FOUND', message);
}
