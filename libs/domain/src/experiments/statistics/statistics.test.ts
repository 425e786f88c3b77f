import { describe, expect, test } from '@jest/globals';
import { confidenceSequence, halfWidth, rhoSquared } from './confidence-sequence.ts';
import { chiSquareTail, erfc, logGamma, normalQuantile } from './distributions.ts';
import { compareByPosterior } from './posterior.ts';
import { equalProportions, newcombe, pooledZ, sampleRatio, sizePerVariant, wilson } from './proportions.ts';
import type { Proportion } from './proportions.ts';

const of = (text: string): Proportion => {
  const [successes = 0, total = 0] = text.split('/').map(Number);
  return { successes, total };
};
/** The digits that a source shows: so many significant ones. */
const digits = (value: number, like: string): string => {
  const shown = like.replace(/e.*$/, '').replace(/^-?0?\.0*|\.|^-/g, '');
  return like.includes('e') ? value.toExponential(shown.length - 1) : value.toPrecision(shown.length);
};
/** Compares to the digits shown. */
const shows = (value: number, like: string): void => {
  expect(digits(value, like)).toBe(digits(Number(like), like));
};
const toPlaces = (values: readonly number[], places: number): string[] => values.map((value) => value.toFixed(places));

// Computed with scipy 1.17 unless a source is named.
describe('reference values', () => {
  test.each([
    ['5/88', '154/619', '4.0359085125', '5.43914e-5'], // Agresti, ch. 10 ex. 5
    ['140/200', '255/340', '1.2660148', '0.2055078'],
    // 0.05825780603…, by the C library's erfc as well: the source's tenth digit, 1, is rounded wrongly.
    ['500/10000', '560/10000', '1.8937529756', '0.058257806'],
  ])('pooled z of %s and %s', (a, b, z, p) => {
    const found = pooledZ(of(a), of(b));
    shows(found.z, z);
    shows(found.p, p);
  });

  test('k groups, as R’s prop.test shows', () => {
    const { chiSquare, degrees, p } = equalProportions(['83/86', '90/93', '129/136', '70/82'].map(of));
    expect(degrees).toBe(3);
    shows(chiSquare, '12.6004113');
    shows(p, '0.005585477');
  });

  test.each([
    ['81/263', '0.2553', '0.3662'],
    ['15/148', '0.0624', '0.1605'],
    ['0/20', '0.0000', '0.1611'],
    ['1/29', '0.0061', '0.1718'],
  ])('Wilson’s interval of %s (Newcombe 1998 I)', (proportion, low, high) => {
    const found = wilson(of(proportion));
    expect(toPlaces([found.low, found.high], 4)).toEqual([low, high]);
  });

  test.each([
    ['56/70', '48/80', '0.0524', '0.3339'],
    ['9/10', '3/10', '0.1705', '0.8090'],
    ['6/7', '2/7', '0.0582', '0.8062'],
    ['5/56', '0/29', '-0.0381', '0.1926'],
    ['0/10', '0/20', '-0.1611', '0.2775'],
    ['10/10', '0/20', '0.6791', '1.0000'],
  ])('Newcombe’s interval of %s − %s (1998 II, method 10)', (a, b, low, high) => {
    const found = newcombe(of(a), of(b));
    expect(toPlaces([found.low, found.high], 4)).toEqual([low, high]);
  });

  test.each([
    ['49/100', '51/100', '0.6107705227', '0.0191165', '0.0387243'],
    ['120/200', '100/200', '0.0224136367', '0.0994230649', '0.0004131640'],
  ])('P(B > A) and expected losses of %s and %s', (a, b, probability, ofB, ofA) => {
    const found = compareByPosterior(of(a), of(b));
    shows(found.probabilityBBetter, probability);
    expect(toPlaces([found.lossOfB], ofB.length - 2)).toEqual([ofB]);
    expect(toPlaces([found.lossOfA], ofA.length - 2)).toEqual([ofA]);
  });

  test.each([
    [[44_000, 45_000], [1, 1], '8.022781e-4'],
    [[600, 400], [1, 1], '2.539629e-10'],
    [[821_588, 815_482], [1, 1], '1.821793e-6'],
    [[4_072, 2_035], [80, 20], '2.402003e-149'],
  ])('sample ratio of %j at %j', (counts, weights, p) => {
    shows(sampleRatio(counts, weights).p, p);
  });

  test('size of each variant', () => {
    expect(sizePerVariant(0.2, 0.25).toFixed(3)).toBe('1030.219');
  });

  test('ρ² and half widths of the confidence sequence', () => {
    const rho2 = rhoSquared(5_000, 0.05);
    shows(rho2, '0.00158723092035');
    shows(halfWidth(1_000, rho2, 0.05), '0.106375470');
    shows(halfWidth(5_000, rho2, 0.05), '0.0429243372');
    shows(halfWidth(20_000, rho2, 0.05), '0.0221120362');
  });

  test('confidence sequence of 500/10000 and 600/10000', () => {
    const { difference, low, high } = confidenceSequence(of('500/10000'), of('600/10000'), 5_000);
    expect(toPlaces([difference, low, high], 10)).toEqual(['0.0100000000', '-0.0000797905', '0.0200797905']);
  });
});

describe('the functions below them', () => {
  test.each([
    [0, 1],
    [0.5, 0.479_500_122_186_953_5],
    [-1, 1.842_700_792_949_715],
    [10, 2.088_487_583_762_545e-45],
    [26, 5.663_192_408_856_143e-296],
  ])('erfc(%d)', (x, value) => {
    expect(Math.abs(erfc(x) / value - 1)).toBeLessThan(1e-12);
  });

  test.each([
    [0.5, 0],
    [0.975, 1.959_963_984_540_054],
    [0.8, 0.841_621_233_572_914_3],
    [1e-10, -6.361_340_902_404_056],
  ])('the quantile at %d', (probability, z) => {
    expect(Math.abs(normalQuantile(probability) - z)).toBeLessThan(1e-10);
  });

  test('ln Γ of whole numbers is that of factorials', () => {
    let factorial = 0;
    for (let n = 1; n < 200; n++) {
      expect(Math.abs(logGamma(n) - factorial)).toBeLessThan(1e-11 * Math.max(1, factorial));
      factorial += Math.log(n);
    }
  });

  test('χ² of 0 has a tail of 1', () => {
    expect(chiSquareTail(0, 1)).toBe(1);
  });

  test('nothing at all is no difference, and many are compared in time', () => {
    expect(pooledZ(of('0/10'), of('0/10'))).toEqual({ z: 0, p: 1 });
    expect(equalProportions(['0/10', '0/20'].map(of)).p).toBe(1);
    const even = compareByPosterior(of('50000/500000'), of('50000/500000'));
    expect(even.probabilityBBetter).toBeCloseTo(0.5, 6);
  });
});
