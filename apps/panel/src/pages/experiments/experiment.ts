import type { experimentAnswerSchema, experimentPageSchema } from '@mood/contract/experiments';
import type { z } from 'zod';
import { experiments as said } from '../../words/en/experiments.ts';
import { words } from '../../words/words.ts';

export type Experiment = z.output<typeof experimentAnswerSchema>;
export type ExperimentPage = z.output<typeof experimentPageSchema>;
export type Phase = Experiment['phases'][number];
export type Verdict = Phase['verdict'];

const dayMs = 86_400_000;
/** Whole days after the first exposure before which there is no verdict (docs/experiments.md). */
const leastDays = 7;

/** Where the variants of a phase compete, in words. */
export function placeOf({ moodState, templateType, tierLevel, locale }: Phase): string {
  const tier = tierLevel === null ? said.anyTier : words.common.tiers[tierLevel];
  return `${said.phase(words.common.moods[moodState], words.common.types[templateType])} (${tier}, ${locale ?? said.anyLocale})`;
}

/** How many days there are until the first verdict is possible; null before the first user. */
export function daysLeft({ firstExposedAt, asOf }: Pick<Phase, 'firstExposedAt' | 'asOf'>): number | null {
  if (firstExposedAt === null) return null;
  return Math.max(0, leastDays - Math.floor((Date.parse(asOf) - Date.parse(firstExposedAt)) / dayMs));
}

/** A difference of shares as points, with a sign: `+1.2`. */
export const inPoints = (difference: number): string =>
  new Intl.NumberFormat('en-GB', { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    difference * 100,
  );

/** A p-value as it is written: `= 0.042`, or `< 0.001`. */
export const asProbability = (p: number): string =>
  p < 0.001 ? '< 0.001' : `= ${new Intl.NumberFormat('en-GB', { maximumFractionDigits: 3 }).format(p)}`;

export const kindOf = ({ kind }: Verdict): 'good' | 'bad' | 'info' => (kind === 'broken' ? 'bad' : kind === 'better' ? 'good' : 'info');

/** What somebody typed as a number: with a comma, too. null: it is none. */
export function readNumber(text: string): number | null {
  const written = text.trim().replace(',', '.');
  return /^\d+(\.\d+)?$/.test(written) ? Number(written) : null;
}
