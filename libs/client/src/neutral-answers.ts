import {
  builtInTemplates,
  inertValues,
  neverSetMood,
  parseTemplate,
  renderBuiltIn,
  templateVariables,
  templateVariablesOf,
} from '@mood/domain';
import type { TemplateValues } from '@mood/domain';
import type { FoundTemplate, Mood, RenderedMessage, RenderRequest, TemplateRequest } from './mood-api.ts';

/** The template by which the mood system itself answers when it has no other. */
export function neutralTemplate({ templateType }: TemplateRequest): FoundTemplate {
  const template = builtInTemplates[templateType];
  return { template, moodState: 'neutral', variables: templateVariablesOf(parseTemplate(template)), degraded: true };
}

/** The same, with the values put in as the mood system puts them in. */
export function neutralMessage({ templateType, variables }: RenderRequest): RenderedMessage {
  const values: TemplateValues = {};
  const given = variables ?? {};
  for (const name of templateVariables) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (typeof value === 'string' || typeof value === 'number') values[name] = String(value);
  }
  return { renderedMessage: renderBuiltIn(templateType, inertValues(values)), moodState: 'neutral', degraded: true };
}

/** What is said of a model whose mood is not known: neutral, and no automatic replies. */
export function neutralMood(modelId: string): Mood {
  const { version: _, lastUpdated, ...mood } = neverSetMood(modelId, new Date());
  return { ...mood, expiresAt: null, lastUpdated: lastUpdated.toISOString(), degraded: true };
}
