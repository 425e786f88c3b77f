import type { MoodState } from '../moods/mood.ts';

export const templateTypes = ['greeting', 'farewell', 'auto_response', 'tip_thank_you'] as const;
export type TemplateType = (typeof templateTypes)[number];

export const userTiers = ['free', 'bronze', 'silver', 'gold', 'platinum'] as const;
export type UserTier = (typeof userTiers)[number];

/** The variables that a template may use (contract: Appendix B). */
export const templateVariables = ['userName', 'modelName', 'amount', 'currency', 'mood', 'tier', 'customMessage', 'time', 'date'] as const;
export type TemplateVariable = (typeof templateVariables)[number];

/** What an administrator decides about a template (contract: "Messaging Templates Configuration"). */
export interface TemplateDraft {
  moodState: MoodState;
  templateType: TemplateType;
  /** null: for every tier, and for users whose tier is unknown. */
  tierLevel: UserTier | null;
  /** Text with `{{variable}}` or `{{variable|fallback}}`. */
  content: string;
  /** Higher wins. */
  priority: number;
  active: boolean;
  /** Canonical BCP 47 tag. null: for every locale, and for users whose locale is unknown. */
  locale: string | null;
  /** Templates of one experiment that fit equally well are its variants: each user gets one of them, always the same. */
  experiment: string | null;
  /** The share of users that this variant gets, in relation to the weights of the others. */
  weight: number;
}

/** The fields of a draft alone. */
export function draftOf(template: TemplateDraft): TemplateDraft {
  const { moodState, templateType, tierLevel, content, priority, active, locale, experiment, weight } = template;
  return { moodState, templateType, tierLevel, content, priority, active, locale, experiment, weight };
}

/** A template as stored. */
export interface Template extends TemplateDraft {
  id: string;
  /** 1 at first; every change adds one. */
  version: number;
  createdBy: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Who changes templates, and why. `changedBy` is null for the system itself. */
export interface TemplateChange {
  changedBy: string | null;
  reason: string | null;
}

/** What a template was at one version, who made it so, when and why. Nothing can alter it. */
export interface TemplateVersion extends TemplateDraft, TemplateChange {
  templateId: string;
  version: number;
  changedAt: Date;
}

/** What happened with a template on one day (UTC). */
export interface TemplateUsage {
  /** `2026-01-02` */
  day: string;
  /** Texts that were made from it. */
  rendered: number;
  /** Automatic replies from it that the message service has. */
  sent: number;
  /** Texts that could not be made for want of a value, and automatic replies that could not be delivered. */
  failed: number;
}

export type UsageOutcome = 'rendered' | 'sent' | 'failed';
