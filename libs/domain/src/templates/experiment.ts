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

// Computed once, outside the loop over every character.
const { imul } = Math;

/** A number in (0, 1) that depends on the text alone: FNV-1a over its UTF-16 units, its bits then mixed as MurmurHash3 does. */
function uniform(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++) hash = imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  hash = imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}
