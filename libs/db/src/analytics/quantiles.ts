const halfSize = 65_536;

/**
 * Numbers of four bytes (positive reals), whose quantiles are found without sorting them: their bits, read as integers, have the same order.
 * Bytes come as PostgreSQL sends them, the highest first.
 */
export class Sample {
  #parts: Uint32Array[] = [];
  #count = 0;
  #lowerHalves: { place: number; counts: Uint32Array } | undefined;

  add(bytes: Buffer): void {
    const part = bitsOf(bytes);
    this.#parts.push(part);
    this.#count += part.length;
  }

  addAll(other: Sample): void {
    this.#parts.push(...other.#parts);
    this.#count += other.#count;
  }

  get count(): number {
    return this.#count;
  }

  /** As percentile_cont of PostgreSQL: between two numbers, in proportion. NaN when there are none. @param shares from 0 to 1. */
  quantiles(shares: readonly number[]): number[] {
    if (this.#count === 0) return shares.map(() => NaN);
    const byUpperHalf = new Uint32Array(halfSize);
    for (const part of this.#parts) countUpperHalves(part, byUpperHalf);
    this.#lowerHalves = undefined;
    return shares.map((share) => {
      const place = share * (this.#count - 1);
      const [low, high] = [Math.floor(place), Math.ceil(place)];
      const below = this.#nth(low, byUpperHalf);
      const above = high === low ? below : this.#nth(high, byUpperHalf);
      return below + (above - below) * (place - low);
    });
  }

  #nth(rank: number, byUpperHalf: Uint32Array): number {
    const upper = within(byUpperHalf, rank);
    const lower = within(this.#lowerHalvesAt(upper.place), upper.rank);
    return new Float32Array(Uint32Array.of(((upper.place << 16) | lower.place) >>> 0).buffer)[0] ?? NaN;
  }

  /** Numbers of neighbouring ranks mostly have the same upper half: it is gone through once. */
  #lowerHalvesAt(place: number): Uint32Array {
    if (this.#lowerHalves?.place !== place) {
      const counts = new Uint32Array(halfSize);
      for (const part of this.#parts) countLowerHalves(part, place, counts);
      this.#lowerHalves = { place, counts };
    }
    return this.#lowerHalves.counts;
  }
}

// Millions go through these loops. They are functions of their own, which V8 compiles: inside of an asynchronous function they take several times
// as long.
function countUpperHalves(part: Uint32Array, counts: Uint32Array): void {
  for (let at = 0; at < part.length; at += 1) counts[part[at]! >>> 16]! += 1;
}

function countLowerHalves(part: Uint32Array, upperHalf: number, counts: Uint32Array): void {
  for (let at = 0; at < part.length; at += 1) {
    const bits = part[at]!;
    if (bits >>> 16 === upperHalf) counts[bits & 0xffff]! += 1;
  }
}

/** Adds one for each time that an ordinal comes up. */
export function countOrdinals(ordinals: Uint32Array, counts: Uint32Array): void {
  for (let at = 0; at < ordinals.length; at += 1) counts[ordinals[at]!]! += 1;
}

/** Takes the counts of those ordinals, each once, and leaves 0. @returns of how many ordinals. */
function takeCounts(ordinals: Uint32Array, counts: Uint32Array, byCount: Uint32Array): number {
  let taken = 0;
  for (let at = 0; at < ordinals.length; at += 1) {
    const ordinal = ordinals[at]!;
    const times = counts[ordinal]!;
    if (times === 0) continue;
    byCount[times]! += 1;
    counts[ordinal] = 0;
    taken += 1;
  }
  return taken;
}

/** In which place of a count by places the number of that rank is, and its rank there. */
function within(counts: Uint32Array, rank: number): { place: number; rank: number } {
  let left = rank;
  for (let place = 0; place < counts.length; place += 1) {
    const here = counts[place] ?? 0;
    if (left < here) return { place, rank: left };
    left -= here;
  }
  throw new Error(`There is no number of rank ${rank}.`);
}

/** The bytes are exchanged in place. */
function bitsOf(bytes: Buffer): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
  aligned.swap32();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** How often each number came: of small whole numbers. */
export class Tally {
  #counts: number[] = [];

  add(value: number, times: number): void {
    this.#counts[value] = (this.#counts[value] ?? 0) + times;
  }

  /** Null when there is nothing. The median and the 95th percentile are as percentile_cont of PostgreSQL has them. */
  statistics(): { mean: number; median: number; p95: number } | null {
    let count = 0;
    let sum = 0;
    for (const [value, times = 0] of this.#counts.entries()) {
      count += times;
      sum += value * times;
    }
    if (count === 0) return null;
    return { mean: sum / count, median: this.#quantile(0.5, count), p95: this.#quantile(0.95, count) };
  }

  #quantile(share: number, count: number): number {
    const place = share * (count - 1);
    const [below, above] = [this.#nth(Math.floor(place)), this.#nth(Math.ceil(place))];
    return below + (above - below) * (place - Math.floor(place));
  }

  #nth(rank: number): number {
    let left = rank;
    for (const [value, times = 0] of this.#counts.entries()) {
      if (left < times) return value;
      left -= times;
    }
    return NaN;
  }
}

/** How often each model comes up in a day. */
export class DayCount {
  readonly #counts: Uint32Array;
  #lists: Uint32Array[] = [];
  #length = 0;

  /** @param size above every ordinal. */
  constructor(size: number) {
    this.#counts = new Uint32Array(size);
  }

  add(ordinals: Uint32Array): void {
    countOrdinals(ordinals, this.#counts);
    this.#lists.push(ordinals);
    this.#length += ordinals.length;
  }

  /** The counts of the models that came up go into a tally, if there is one, and the next day begins. */
  end(tally: Tally | undefined): void {
    const byCount = new Uint32Array(this.#length + 1);
    let left = 0;
    for (const ordinals of this.#lists) left += takeCounts(ordinals, this.#counts, byCount);
    for (let value = 1; left > 0; value += 1) {
      const models = byCount[value]!;
      if (models > 0) tally?.add(value, models);
      left -= models;
    }
    this.#lists = [];
    this.#length = 0;
  }
}

/** Ordinals of models, as a list holds them. */
export function ordinalsOf(bytes: Buffer): Uint32Array {
  return bitsOf(bytes);
}
