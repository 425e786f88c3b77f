import type { Mood } from '../moods/mood.ts';
import { builtInTemplates } from './built-in-templates.ts';
import { inspectTemplate, parseTemplate } from './parse-template.ts';
import { renderTemplate } from './render-template.ts';
import { rankTemplates } from './select-template.ts';
import type { Template, TemplateType, UserTier } from './template.ts';
import { inertValue, systemValues } from './template-values.ts';

export interface ComposeRequest {
  templates: readonly Template[];
  templateType: TemplateType;
  mood: Mood;
  tier: UserTier | null;
  userName: string | null;
  modelName: string | null;
  now: Date;
}

export interface ComposedMessage {
  text: string;
  /** null for a built-in text. */
  template: { id: string; version: number } | null;
}

/**
 * The text of a message that has to go out whatever happens: the best template of the mood that can be rendered with
 * what is known, else of the neutral mood, else a built-in neutral text.
 */
export function composeMessage(request: ComposeRequest): ComposedMessage {
  const { mood, tier, templateType } = request;
  const values = {
    ...systemValues({
      moodState: mood.moodState,
      tier,
      modelName: request.modelName,
      customMessage: mood.customMessage,
      now: request.now,
    }),
    ...(request.userName !== null && { userName: inertValue(request.userName) }),
  };
  const states = mood.moodState === 'neutral' ? (['neutral'] as const) : ([mood.moodState, 'neutral'] as const);
  for (const moodState of states) {
    for (const template of rankTemplates(request.templates, { moodState, templateType, tier })) {
      // A template that is broken in the store must not hold up the message.
      const { parsed, problems } = inspectTemplate(template.content);
      if (problems.length > 0) continue;
      const rendered = renderTemplate(parsed, values);
      if (rendered.ok) return { text: rendered.text, template: { id: template.id, version: template.version } };
    }
  }
  const builtIn = renderTemplate(parseTemplate(builtInTemplates[templateType]), values);
  if (!builtIn.ok) throw new Error(`the built-in ${templateType} text needs ${builtIn.missing.join(', ')}`);
  return { text: builtIn.text, template: null };
}
