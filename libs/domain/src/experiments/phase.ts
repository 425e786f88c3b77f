import type { MoodState } from '../moods/mood.ts';
import type { TemplateType, UserTier } from '../templates/template.ts';

/** What somebody wants to find out, decided before the first user is exposed. */
export interface ExperimentPlan {
  /** The difference of shares that is worth finding: 0.01 is a point. */
  effect: number;
  /** How many users each variant needs for that. */
  size: number;
  /** The share of users who get no reply, from 0 to 0.5. */
  holdout: number;
  /** A user who writes again within so many minutes is engaged. */
  withinMinutes: number;
}

/** Most users that a plan can ask for, of each variant. */
export const maxPlannedSize = 100_000_000;

export const defaultPlan: ExperimentPlan = { effect: 0.01, size: 5_000, holdout: 0, withinMinutes: 60 };

/** A variant of a phase, and what it has led to. */
export interface CountedVariant {
  /** `A`, `B`, …, in the order in which they were made; the others are compared with the first. `no reply`: the holdout. */
  label: string;
  /** null: no reply. */
  template: { id: string; version: number; weight: number; content: string } | null;
  /** Users whose first automatic reply of the phase it was. */
  exposed: number;
  /** Of them, those whose time to write again is over. */
  mature: number;
  /** Of those, the ones who wrote again in time. */
  engaged: number;
}

/** A time in which nothing changed about an experiment at one place. */
export interface ExperimentPhase {
  id: string;
  moodState: MoodState;
  templateType: TemplateType;
  tierLevel: UserTier | null;
  locale: string | null;
  isPlanned: boolean;
  plan: ExperimentPlan;
  startedAt: Date;
  endedAt: Date | null;
  /** When the first user was exposed; null: nobody was. */
  firstExposedAt: Date | null;
  /** When this was counted, by the database's clock. */
  asOf: Date;
  variants: CountedVariant[];
}

type VerdictKind = 'not_measured' | 'broken' | 'too_early' | 'better' | 'no_difference';

/** What a phase says, in words. */
export interface Verdict {
  kind: VerdictKind;
  words: string;
  /** Nothing that comes later is needed for what the words say. */
  safeToStop: boolean;
}

export const noReply = 'no reply';

/** The label of a variant by its place: `A` … `Z`, then `A2` … */
export function labelOf(position: number): string {
  const round = Math.floor(position / 26);
  return String.fromCodePoint(65 + (position % 26)) + (round === 0 ? '' : String(round + 1));
}
