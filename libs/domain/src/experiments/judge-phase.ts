import { confidenceSequence } from './statistics/confidence-sequence.ts';
import { newcombe, pooledZ, sampleRatio } from './statistics/proportions.ts';
import type { Interval, Proportion } from './statistics/proportions.ts';
import type { CountedVariant, ExperimentPhase, Verdict } from './phase.ts';
import { beingBetter, counted, points, splitInWords } from './verdict-words.ts';

const alpha = 0.05;
/** Below this the split was not made by the weights: nothing that is measured in it means anything. */
const brokenBelow = 0.001;
const leastExpected = 5;
const leastDays = 7;
const leastExposed = 100;
/** Of users who were engaged, and of those who were not: with fewer the bounds are too narrow. */
const leastOutcomes = 5;
const dayMs = 86_400_000;

/** A variant beside the first one. */
export interface Comparison {
  variant: CountedVariant;
  /** The difference of the shares of engaged users, with bounds that hold at every look; null while one of them has no mature user. */
  sequence: (Interval & { difference: number }) | null;
  /** The test at the planned end, which is for one look; null before that. */
  atPlannedEnd: { z: number; p: number; interval: Interval } | null;
  verdict: Verdict;
}

export interface JudgedPhase {
  /** null while there are too few to tell. */
  sampleRatio: { chiSquare: number; p: number; isBroken: boolean } | null;
  /** The share of users that each variant should get. */
  plannedShares: number[];
  /** null: there is no result, because the split is broken or nothing is measured. */
  comparisons: Comparison[] | null;
  verdict: Verdict;
}

export const proportionOf = ({ engaged, mature }: CountedVariant): Proportion => ({ successes: engaged, total: mature });

const tooEarly = (why: string): Verdict => ({ kind: 'too_early', words: `too early (${why})`, safeToStop: false });

/**
 * What a phase says so far. Sample ratio first; then whether there is enough to say anything; then differences by a confidence sequence, which
 * holds at every look: false alarms of all looks together are 5 % at most.
 */
export function judgePhase(phase: ExperimentPhase): JudgedPhase {
  const plannedShares = sharesOf(phase);
  const nothing = { sampleRatio: null, plannedShares, comparisons: null };
  if (phase.templateType !== 'auto_response')
    return {
      ...nothing,
      verdict: { kind: 'not_measured', words: 'not measured: only automatic replies have exposures', safeToStop: false },
    };
  const ratio = ratioOf(phase, plannedShares);
  if (ratio?.isBroken === true) {
    const words = `broken: split ${splitInWords(
      phase.variants.map(({ exposed }) => exposed),
      plannedShares,
    )}`;
    return { ...nothing, sampleRatio: ratio, verdict: { kind: 'broken', words, safeToStop: false } };
  }
  const [first, ...others] = phase.variants;
  if (first === undefined) throw new Error('a phase has variants');
  const comparisons = others.map((variant) => compare(phase, first, variant, alpha / others.length));
  return { sampleRatio: ratio, plannedShares, comparisons, verdict: overall(first, comparisons) };
}

function sharesOf({ variants, plan }: ExperimentPhase): number[] {
  const weight = variants.reduce((sum, { template }) => sum + (template?.weight ?? 0), 0);
  return variants.map(({ template }) => (template === null ? plan.holdout : ((1 - plan.holdout) * template.weight) / weight));
}

/** χ² says nothing about groups of which fewer than five are expected: the smallest count together until they are enough. */
function ratioOf({ variants }: ExperimentPhase, shares: readonly number[]): JudgedPhase['sampleRatio'] {
  const groups = variants.map(({ exposed }, nth) => ({ count: exposed, share: shares[nth] ?? 0 })).toSorted((a, b) => a.share - b.share);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const large: typeof groups = [];
  let open = { count: 0, share: 0 };
  for (const { count, share } of groups) {
    open = { count: open.count + count, share: open.share + share };
    if (open.share * total < leastExpected) continue;
    large.push(open);
    open = { count: 0, share: 0 };
  }
  if (large.length < 2) return null;
  const { chiSquare, p } = sampleRatio(
    large.map(({ count }) => count),
    large.map(({ share }) => share),
  );
  return { chiSquare, p, isBroken: p < brokenBelow };
}

function compare(phase: ExperimentPhase, first: CountedVariant, variant: CountedVariant, level: number): Comparison {
  const [a, b] = [proportionOf(first), proportionOf(variant)];
  const { effect, size } = phase.plan;
  const isMature = a.total > 0 && b.total > 0;
  const sequence = isMature ? confidenceSequence(a, b, 2 * size, level) : null;
  const each = Math.floor((a.total + b.total) / 2);
  const isAtEnd = isMature && each >= size;
  const atPlannedEnd = isAtEnd ? { ...pooledZ(a, b), interval: newcombe(b, a) } : null;
  const missing = whatIsMissing(phase, [first, variant]);
  if (sequence === null || missing !== null) return { variant, sequence, atPlannedEnd, verdict: tooEarly(missing ?? 'nobody yet') };
  return { variant, sequence, atPlannedEnd, verdict: judge(first, variant, sequence) };

  function judge(control: CountedVariant, other: CountedVariant, { low, high }: Interval): Verdict {
    const isOneOfTwo = phase.variants.length === 2;
    if (low > 0) return beingBetter(other.label, isOneOfTwo ? null : control.label, low, high);
    if (high < 0) return beingBetter(control.label, isOneOfTwo ? null : other.label, -high, -low);
    const largest = Math.max(-low, high);
    if (largest <= effect || isAtEnd)
      return { kind: 'no_difference', words: `no difference larger than ${points(largest)}`, safeToStop: true };
    return tooEarly(`${counted(each)} of ${counted(size)} users for each variant`);
  }
}

/** @returns what there is too little of to say anything, in words; null when there is enough. */
function whatIsMissing(phase: ExperimentPhase, compared: readonly CountedVariant[]): string | null {
  const until = phase.endedAt ?? phase.asOf;
  // Who was chosen for before a new plan was known may come to the phase before it when that has ended.
  const days = phase.firstExposedAt === null ? 0 : Math.floor(Math.max(0, until.getTime() - phase.firstExposedAt.getTime()) / dayMs);
  if (days < leastDays) return `${days} of ${leastDays} days`;
  for (const { label, exposed, mature, engaged } of compared) {
    if (exposed < leastExposed) return `${exposed} of ${leastExposed} users of ${label}`;
    if (engaged < leastOutcomes) return `${engaged} of ${leastOutcomes} engaged users of ${label}`;
    if (mature - engaged < leastOutcomes) return `${mature - engaged} of ${leastOutcomes} users of ${label} who were not engaged`;
  }
  return null;
}

/** Whoever gets no reply is there to see what replies do: the variants are judged without them, unless there is but one. */
function overall(first: CountedVariant, comparisons: readonly Comparison[]): Verdict {
  const withReply = comparisons.filter(({ variant }) => variant.template !== null);
  const judged = withReply.length === 0 ? comparisons : withReply;
  const [only, another] = judged;
  if (only === undefined) return tooEarly('one variant');
  if (another === undefined) return only.verdict;
  const lowest = ({ sequence }: Comparison) => sequence?.low ?? -1;
  const better = judged.filter((one) => one.verdict.kind === 'better');
  const best = better.filter((one) => lowest(one) > 0).toSorted((a, b) => lowest(b) - lowest(a))[0];
  if (best !== undefined) return best.verdict;
  if (better.length === judged.length)
    return { kind: 'better', words: `${first.label} is better than all others: safe to stop`, safeToStop: true };
  const open = judged.find(({ verdict }) => verdict.kind === 'too_early');
  if (open !== undefined) return open.verdict;
  const bounds = judged.flatMap(({ verdict, sequence }) =>
    verdict.kind === 'no_difference' && sequence !== null ? [-sequence.low, sequence.high] : [],
  );
  return { kind: 'no_difference', words: `no difference larger than ${points(Math.max(...bounds))}`, safeToStop: true };
}
