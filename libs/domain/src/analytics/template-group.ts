import type { MoodState } from '../moods/mood.ts';
import type { TemplateType, UserTier } from '../templates/template.ts';

/** What a message was for, and which template it was made from. */
export interface TemplateUse {
  templateType: TemplateType;
  /** The model's mood, and the user's tier: a template of another mood, or of no tier, may have served them. */
  moodState: MoodState;
  tier: UserTier | null;
  /** null: a built-in text, or no template at all. */
  template: { id: string; version: number; locale?: string | null } | null;
}

/** The key of the facts `templates_…` (facts.ts). */
export function templateGroup({ templateType, moodState, tier, template }: TemplateUse): string {
  return [templateType, moodState, tier ?? '', template?.locale ?? '', template?.id ?? '', template?.version ?? ''].join('/');
}
