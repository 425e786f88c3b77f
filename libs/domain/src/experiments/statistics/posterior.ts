import { logBeta } from './distributions.ts';
import type { Proportion } from './proportions.ts';

interface Beta {
  a: number;
  b: number;
}

/** P(right > left) by the closed sum of Miller. `right.a` is a whole number: so many terms. */
function probabilityAbove(left: Beta, right: Beta): number {
  const both = left.b + right.b;
  let log = logBeta(left.a, both) - logBeta(left.a, left.b);
  let sum = 0;
  // By the logarithm: the first terms can be too small for a number, though those in the middle are not.
  for (let i = 0; i < right.a; i++) {
    sum += Math.exp(log);
    log += Math.log(((left.a + i) * (right.b + i)) / ((left.a + i + both) * (i + 1)));
  }
  return Math.min(1, sum);
}

const meanOf = ({ a, b }: Beta): number => a / (a + b);
const oneMore = ({ a, b }: Beta): Beta => ({ a: a + 1, b });

/** What is lost on average by taking `taken` where `other` is better. */
function expectedLoss(taken: Beta, other: Beta): number {
  const loss = meanOf(other) * probabilityAbove(taken, oneMore(other)) - meanOf(taken) * probabilityAbove(oneMore(taken), other);
  return Math.max(0, loss);
}

/**
 * How sure one may be that B is better than A, from Beta(1, 1), and what is lost on average by choosing either: to be read beside a verdict,
 * never a reason to stop. Under the null it is above 95 % at one of 30 looks in 47 % of experiments.
 */
export function compareByPosterior(a: Proportion, b: Proportion): { probabilityBBetter: number; lossOfA: number; lossOfB: number } {
  const [ofA, ofB] = [a, b].map(({ successes, total }): Beta => ({ a: successes + 1, b: total - successes + 1 }));
  if (ofA === undefined || ofB === undefined) throw new Error('two proportions are compared');
  return {
    probabilityBBetter: probabilityAbove(ofA, ofB),
    lossOfA: expectedLoss(ofA, ofB),
    lossOfB: expectedLoss(ofB, ofA),
  };
}
