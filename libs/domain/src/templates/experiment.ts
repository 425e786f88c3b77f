import { uniform } from '../stable-hash.ts';

export interface Variant {
  id: string;
  weight: number;
}

/**
 * Orders the variants of an experiment for a user; the first is the user's variant. A user always gets the same order, and each variant is
 * first for its share of users. Removing a variant moves only its own users (weighted rendezvous hashing). Without a user the heaviest
 * variant comes first.
 */
export function orderVariants<V extends Variant>(experiment: string, userId: string | null, variants: readonly V[]): V[] {
  const drawn = variants.map((variant) => ({
    variant,
    // -ln(u) / w is exponentially distributed with rate w: the smallest of several is the first of each with probability w / Σw.
    rank: userId === null ? -variant.weight : -Math.log(uniform(`${experiment}\n${userId}\n${variant.id}`)) / variant.weight,
  }));
  return drawn.toSorted((a, b) => a.rank - b.rank).map(({ variant }) => variant);
}

/**
 * Whether a user belongs to the holdout of an experiment, who get no reply at all. The draw is independent of that for a variant; a user who
 * is in a small holdout is in a larger one, too.
 * @param share of all users, from 0 to 1.
 */
export function isHeldOut(experiment: string, userId: string, share: number): boolean {
  return share > 0 && uniform(`${experiment}\n${userId}\nno reply`) < share;
}
