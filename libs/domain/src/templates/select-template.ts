import type { MoodState } from '../moods/mood.ts';
import { orderVariants } from './experiment.ts';
import { localeChain } from './locale.ts';
import type { IndexedTemplate, TemplateIndex } from './template-index.ts';
import type { TemplateType, UserTier } from './template.ts';

export interface TemplateCriteria {
  moodState: MoodState;
  templateType: TemplateType;
  /** null: unknown, and only templates without a tier fit. */
  tier: UserTier | null;
  /** Canonical BCP 47 tag. null: unknown; then only templates without locale fit. */
  locale: string | null;
  /** Chooses the variant of an experiment. null: unknown, and the heaviest variant comes first. */
  userId: string | null;
  /** false: experiments are switched off, and templates rank as if none were part of one. */
  experiments?: boolean;
}

/**
 * The active templates that fit, best first: the user's locale, then its language, then no locale; the user's tier before no
 * tier; then priority, then newest (contract: "Messaging Templates Configuration"). The variants of an experiment stand
 * together, where the first of them stands, the user's own at their head.
 */
export function* rankTemplates(index: TemplateIndex, criteria: TemplateCriteria): Generator<IndexedTemplate> {
  const { moodState, templateType, tier, userId, experiments = true } = criteria;
  for (const locale of localeChain(criteria.locale)) {
    for (const tierLevel of tier === null ? [null] : [tier, null]) {
      const entries = index.at({ moodState, templateType, tierLevel, locale });
      if (experiments) yield* withVariants(entries, userId);
      else yield* entries;
    }
  }
}

/** @returns the best template; null when none fits. */
export function selectTemplate(index: TemplateIndex, criteria: TemplateCriteria): IndexedTemplate | null {
  const { value } = rankTemplates(index, criteria).next();
  return value ?? null;
}

function* withVariants(entries: readonly IndexedTemplate[], userId: string | null): Generator<IndexedTemplate> {
  let experiments: Map<string, ExperimentVariant[]> | undefined;
  for (const entry of entries) {
    const { experiment } = entry.template;
    if (experiment === null) {
      yield entry;
      continue;
    }
    experiments ??= variantsByExperiment(entries);
    const variants = experiments.get(experiment);
    // All variants were listed where the first of them ranks.
    if (variants === undefined) continue;
    experiments.delete(experiment);
    for (const { variant } of orderVariants(experiment, userId, variants)) yield variant;
  }
}

interface ExperimentVariant {
  id: string;
  weight: number;
  variant: IndexedTemplate;
}

/** One pass, however many experiments there are. */
function variantsByExperiment(entries: readonly IndexedTemplate[]): Map<string, ExperimentVariant[]> {
  const experiments = new Map<string, ExperimentVariant[]>();
  for (const variant of entries) {
    const { id, weight, experiment } = variant.template;
    if (experiment === null) continue;
    const known = experiments.get(experiment);
    if (known === undefined) experiments.set(experiment, [{ id, weight, variant }]);
    else known.push({ id, weight, variant });
  }
  return experiments;
}
