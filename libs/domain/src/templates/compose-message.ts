import type { Mood } from '../moods/mood.ts';
import { renderBuiltIn } from './built-in-templates.ts';
import { isHeldOut } from './experiment.ts';
import { firstRenderable } from './first-renderable.ts';
import type { SkippedTemplate } from './first-renderable.ts';
import { rankTemplates } from './select-template.ts';
import type { IndexedTemplate, TemplateIndex } from './template-index.ts';
import type { TemplateType, UserTier } from './template.ts';
import { inertValues, systemValues } from './template-values.ts';

export interface ComposeRequest {
  index: TemplateIndex;
  templateType: TemplateType;
  mood: Mood;
  tier: UserTier | null;
  /** Canonical BCP 47 tag. */
  locale: string | null;
  userId: string | null;
  /** false: experiments are switched off for this user. */
  experiments?: boolean;
  userName: string | null;
  modelName: string | null;
  now: Date;
  /** IANA name; UTC when not known. */
  timeZone?: string | undefined;
}

export interface UsedTemplate {
  id: string;
  version: number;
  /** null: it was not chosen by an experiment. */
  experiment: string | null;
}

/** What an automatic reply means to the experiment that its text is a variant of. */
export interface Exposure {
  /** Of the catalog that the text was chosen from: it says in which phase that was. */
  revision: number;
  /** The user belongs to the holdout, and gets no reply. */
  heldOut: boolean;
}

export interface ComposedMessage {
  text: string;
  /** null for a built-in text. */
  template: UsedTemplate | null;
  /** Better templates that could not be rendered. */
  skipped: SkippedTemplate[];
  /** Absent when the text is no variant of an experiment, or nobody knows whom it is for. */
  exposure?: Exposure;
}

/**
 * The text of a message that has to be sent in any case: from the best template of the mood that can be rendered, else of the neutral mood,
 * else a built-in neutral text.
 */
export function composeMessage(request: ComposeRequest): ComposedMessage {
  const { index, mood, templateType, tier, locale, userId, experiments = true } = request;
  const values = {
    ...systemValues({
      moodState: mood.moodState,
      tier,
      modelName: request.modelName,
      customMessage: mood.customMessage,
      now: request.now,
      timeZone: request.timeZone,
      locale: locale ?? undefined,
    }),
    ...inertValues({ userName: request.userName ?? '' }),
  };
  const states = mood.moodState === 'neutral' ? (['neutral'] as const) : ([mood.moodState, 'neutral'] as const);
  function* ranked(): Generator<IndexedTemplate> {
    for (const moodState of states) yield* rankTemplates(index, { moodState, templateType, tier, locale, userId, experiments });
  }
  const { chosen, skipped } = firstRenderable(ranked(), values);
  if (chosen === null) return { text: renderBuiltIn(templateType, values), template: null, skipped };
  const { id, version } = chosen.template;
  const experiment = experiments ? chosen.template.experiment : null;
  const message = { text: chosen.text, template: { id, version, experiment }, skipped };
  if (experiment === null || userId === null) return message;
  const heldOut = isHeldOut(experiment, userId, index.holdoutOf(experiment));
  return { ...message, exposure: { revision: index.revision, heldOut } };
}
