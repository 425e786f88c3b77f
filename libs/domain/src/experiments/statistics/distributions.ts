/** Coefficients of Lanczos' series, g = 7. */
const lanczosFirst = 0.999_999_999_999_809_93;
const lanczos: readonly number[] = [
  676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59, 12.507_343_278_686_905,
  -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];

/** ln Γ(x), x > 0. About 14 digits. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = lanczos.reduce((total, coefficient, index) => total + coefficient / (x + index), lanczosFirst);
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln B(a, b). */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** The upper tail of the gamma distribution, Q(a, x). A series near 0, Lentz' continued fraction in the tail: exact where it is 1e-300, too. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON; n++) sum += term *= x / (a + n);
    return 1 - scale * sum;
  }
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1_000; n++) {
    const an = n * (a - n);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) break;
  }
  return scale * fraction;
}

/** The complementary error function. */
export const erfc = (x: number): number => (x < 0 ? 2 - erfc(-x) : upperGamma(0.5, x * x));

/** The probability that a standard normal value is at least as far from 0 as z. */
export const twoSidedTail = (z: number): number => erfc(Math.abs(z) / Math.SQRT2);

/** The probability of a χ² of at least this, with so many degrees of freedom. */
export const chiSquareTail = (chiSquare: number, degrees: number): number => upperGamma(degrees / 2, chiSquare / 2);

/** The z below which a standard normal value lies with this probability, in (0, 1). */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  // A first guess to three digits (Abramowitz and Stegun, 26.2.23), then Halley's steps.
  const t = Math.sqrt(-2 * Math.log(probability));
  let z = (2.515_517 + t * (0.802_853 + t * 0.010_328)) / (1 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308))) - t;
  for (let step = 0; step < 3; step++) {
    const error = (erfc(-z / Math.SQRT2) / 2 - probability) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}
