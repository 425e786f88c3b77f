import type { Flags } from '../flags/ports.ts';
import { moodStates } from '../moods/mood.ts';
import type { MoodState } from '../moods/mood.ts';
import type { CoverageAnswer } from './coverage-answer.ts';
import { areExperimentsOn } from './experiments-switch.ts';
import { absentVariables, hindranceOf } from './first-renderable.ts';
import type { TemplateSource } from './ports.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateIndex } from './template-index.ts';
import { templateTypes, userTiers } from './template.ts';
import type { TemplateType, UserTier } from './template.ts';

export interface CoverageCell {
  moodState: MoodState;
  templateType: TemplateType;
  /** null: templates for every tier; and who is asked about is a user whose tier is not known. */
  tierLevel: UserTier | null;
  /** Active templates of exactly this cell, of all locales. */
  active: number;
  /** For a user of no locale, of a model without a message; the user's name is known. */
  answeredBy: CoverageAnswer;
  /** The template that comes first; null for a built-in text, and for nothing. */
  templateId: string | null;
}

const tiers: readonly (UserTier | null)[] = [null, ...userTiers];
const keyOf = (moodState: MoodState, templateType: TemplateType, tier: UserTier | null) => `${moodState} ${templateType} ${tier ?? ''}`;

/** As `coverTemplates`, of the active templates. @throws DependencyUnavailable when they were never read. */
export async function readCoverage({ templates, flags }: { templates: TemplateSource; flags: Flags }): Promise<CoverageCell[]> {
  return coverTemplates(await templates.current(), await areExperimentsOn(flags, null));
}

/**
 * Every mood, type and tier: how many templates there are, and what a message is made from, by the ranking that chooses for messages.
 * @param experiments whether experiments are on.
 */
export function coverTemplates(index: TemplateIndex, experiments: boolean): CoverageCell[] {
  const counts = new Map<string, number>();
  for (const { template } of index.all()) {
    const key = keyOf(template.moodState, template.templateType, template.tierLevel);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return moodStates.flatMap((moodState) =>
    templateTypes.flatMap((templateType) =>
      tiers.map((tierLevel) => ({
        moodState,
        templateType,
        tierLevel,
        active: counts.get(keyOf(moodState, templateType, tierLevel)) ?? 0,
        ...answerFor(index, { moodState, templateType, tier: tierLevel, experiments }),
      })),
    ),
  );
}

function answerFor(
  index: TemplateIndex,
  cell: { moodState: MoodState; templateType: TemplateType; tier: UserTier | null; experiments: boolean },
): Pick<CoverageCell, 'answeredBy' | 'templateId'> {
  const { moodState, templateType, tier } = cell;
  const absent = absentVariables({ templateType, tier, customMessage: null });
  const isReply = templateType === 'auto_response';
  const states = new Set<MoodState>(isReply ? [moodState, 'neutral'] : [moodState]);
  for (const state of states) {
    for (const { template, parsed } of rankTemplates(index, { ...cell, moodState: state, locale: null, userId: null })) {
      if (hindranceOf(parsed, absent) !== null) continue;
      const answeredBy = state !== moodState ? 'neutral_mood' : template.tierLevel === tier && tier !== null ? 'tier' : 'any_tier';
      return { answeredBy, templateId: template.id };
    }
  }
  return { answeredBy: isReply ? 'built_in' : 'nothing', templateId: null };
}
