import type { MoodState } from '../moods/mood.ts';
import type { Template, TemplateType, UserTier } from './template.ts';

export interface TemplateCriteria {
  moodState: MoodState;
  templateType: TemplateType;
  /** null: unknown; then only templates without tier fit. */
  tier: UserTier | null;
}

/**
 * The active templates that fit, best first: the user's tier before no tier, then priority, then newest (contract:
 * "Messaging Templates Configuration"). Every order of the input gives the same answer.
 */
export function rankTemplates(templates: readonly Template[], criteria: TemplateCriteria): Template[] {
  return templates.filter((template) => fits(template, criteria)).toSorted(byRank);
}

export function selectTemplate(templates: readonly Template[], criteria: TemplateCriteria): Template | null {
  return rankTemplates(templates, criteria)[0] ?? null;
}

function fits(template: Template, { moodState, templateType, tier }: TemplateCriteria): boolean {
  return (
    template.active &&
    template.moodState === moodState &&
    template.templateType === templateType &&
    (template.tierLevel === null || template.tierLevel === tier)
  );
}

function byRank(a: Template, b: Template): number {
  return (
    Number(a.tierLevel === null) - Number(b.tierLevel === null) ||
    b.priority - a.priority ||
    b.createdAt.getTime() - a.createdAt.getTime() ||
    (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
  );
}
