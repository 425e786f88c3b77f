// Computed once, outside the loop over every character.
const { imul } = Math;

/** A number in (0, 1) that depends on the text alone: FNV-1a over its UTF-16 units, its bits then mixed as MurmurHash3 does. */
export function uniform(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++) hash = imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  hash = imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}
