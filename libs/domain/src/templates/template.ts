import type { MoodState } from '../moods/mood.ts';

export const templateTypes = ['greeting', 'farewell', 'auto_response', 'tip_thank_you'] as const;
export type TemplateType = (typeof templateTypes)[number];

export const userTiers = ['free', 'bronze', 'silver', 'gold', 'platinum'] as const;
export type UserTier = (typeof userTiers)[number];

/** The variables that a template may use (contract: Appendix B). */
export const templateVariables = ['userName', 'modelName', 'amount', 'currency', 'mood', 'tier', 'customMessage', 'time', 'date'] as const;
export type TemplateVariable = (typeof templateVariables)[number];

/** A stored messaging template (contract: "Messaging Templates Configuration"). */
export interface Template {
  id: string;
  moodState: MoodState;
  templateType: TemplateType;
  /** null: for every tier, and for users whose tier is unknown. */
  tierLevel: UserTier | null;
  /** Text with `{{variable}}` or `{{variable|fallback}}`. */
  content: string;
  /** Higher wins. */
  priority: number;
  active: boolean;
  version: number;
  createdBy: string | null;
  createdAt: Date;
  updatedAt: Date;
}
