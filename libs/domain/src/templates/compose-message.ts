import type { Mood } from '../moods/mood.ts';
import { renderBuiltIn } from './built-in-templates.ts';
import { renderTemplate } from './render-template.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateIndex } from './template-index.ts';
import type { TemplateType, UserTier } from './template.ts';
import { inertValue, systemValues } from './template-values.ts';

export interface ComposeRequest {
  index: TemplateIndex;
  templateType: TemplateType;
  mood: Mood;
  tier: UserTier | null;
  /** Canonical BCP 47 tag. */
  locale: string | null;
  userId: string | null;
  userName: string | null;
  modelName: string | null;
  now: Date;
}

export interface UsedTemplate {
  id: string;
  version: number;
  experiment: string | null;
}

export interface ComposedMessage {
  text: string;
  /** null for a built-in text. */
  template: UsedTemplate | null;
}

/**
 * The text of a message that has to go out whatever happens: the best template of the mood that can be rendered with
 * what is known, else of the neutral mood, else a built-in neutral text.
 */
export function composeMessage(request: ComposeRequest): ComposedMessage {
  const { index, mood, templateType, tier, locale, userId } = request;
  const values = {
    ...systemValues({
      moodState: mood.moodState,
      tier,
      modelName: request.modelName,
      customMessage: mood.customMessage,
      now: request.now,
      locale: locale ?? undefined,
    }),
    ...(request.userName !== null && { userName: inertValue(request.userName) }),
  };
  const states = mood.moodState === 'neutral' ? (['neutral'] as const) : ([mood.moodState, 'neutral'] as const);
  for (const moodState of states) {
    for (const { template, parsed } of rankTemplates(index, { moodState, templateType, tier, locale, userId })) {
      const rendered = renderTemplate(parsed, values);
      const { id, version, experiment } = template;
      if (rendered.ok) return { text: rendered.text, template: { id, version, experiment } };
    }
  }
  return { text: renderBuiltIn(templateType, values), template: null };
}
