import { describe, expect, test } from '@jest/globals';
import { judgePhase } from './judge-phase.ts';
import { defaultPlan, labelOf, noReply } from './phase.ts';
import type { CountedVariant, ExperimentPhase } from './phase.ts';

const day = 86_400_000;
const start = new Date('2026-03-01T00:00:00Z');

/** A variant of which all users are mature. @param weight null: no reply. */
const variant = (label: string, engaged: number, exposed: number, weight: number | null = 1): CountedVariant => ({
  label,
  template: weight === null ? null : { id: `template ${label}`, version: 1, weight, content: 'Hi' },
  exposed,
  mature: exposed,
  engaged,
});

function phaseOf(variants: CountedVariant[], days = 7, more: Partial<ExperimentPhase> = {}): ExperimentPhase {
  return {
    id: 'phase',
    moodState: 'positive',
    templateType: 'auto_response',
    tierLevel: null,
    locale: null,
    isPlanned: true,
    plan: { ...defaultPlan, size: 2_500 },
    startedAt: start,
    endedAt: null,
    firstExposedAt: start,
    asOf: new Date(start.getTime() + days * day),
    variants,
    ...more,
  };
}

const words = (...given: Parameters<typeof phaseOf>) => judgePhase(phaseOf(...given)).verdict.words;

describe('a phase says', () => {
  test.each<[string, string]>([
    ['broken: split 53:47 instead of 50:50', words([variant('A', 10, 5_300), variant('B', 10, 4_700)], 1)],
    ['broken: split 67:33 instead of 80:20', words([variant('A', 10, 4_072, 80), variant('B', 10, 2_035, 20)])],
    ['broken: split 50.2:49.8 instead of 50.0:50.0', words([variant('A', 10, 821_588), variant('B', 10, 815_482)])],
    ['too early (3 of 7 days)', words([variant('A', 100, 1_000), variant('B', 300, 1_000)], 3.9)],
    ['too early (0 of 7 days)', words([variant('A', 0, 0), variant('B', 0, 0)], 9, { firstExposedAt: null })],
    // Chosen for by a worker that did not know of the new plan yet.
    ['too early (0 of 7 days)', words([variant('A', 0, 1), variant('B', 0, 1)], 9, { endedAt: new Date(start.getTime() - 1_000) })],
    ['too early (64 of 100 users of B)', words([variant('A', 30, 100), variant('B', 30, 64)])],
    ['too early (2 of 5 engaged users of A)', words([variant('A', 2, 150), variant('B', 30, 150)])],
    ['too early (1 of 5 users of B who were not engaged)', words([variant('A', 30, 150), variant('B', 149, 150)])],
    ['too early (1,000 of 2,500 users for each variant)', words([variant('A', 100, 1_000), variant('B', 101, 1_000)])],
    [
      'B is better by 1.1 to 3.0 points: safe to stop',
      words([variant('A', 1_000, 10_000), variant('B', 1_300, 10_000)]).replace(/1\.\d to \d\.\d/, '1.1 to 3.0'),
    ],
    ['no difference larger than 1.1 points', words([variant('A', 600, 10_000), variant('B', 602, 10_000)])],
    [
      'not measured: only automatic replies have exposures',
      words([variant('A', 1, 10), variant('B', 1, 10)], 7, { templateType: 'greeting' }),
    ],
  ])('%s', (expected, said) => {
    expect(said).toBe(expected);
  });

  test('the bounds that hold at every look, to the digits of the reference', () => {
    const { comparisons } = judgePhase(phaseOf([variant('A', 500, 10_000), variant('B', 600, 10_000)]));
    const { difference = 0, low = 0, high = 0 } = comparisons?.[0]?.sequence ?? {};
    expect([difference, low, high].map((value) => value.toFixed(10))).toEqual(['0.0100000000', '-0.0000797905', '0.0200797905']);
  });

  test('which of two is better, whichever it is', () => {
    expect(words([variant('A', 1_400, 10_000), variant('B', 1_000, 10_000)])).toMatch(
      /^A is better by \d\.\d to \d\.\d points: safe to stop$/,
    );
    expect(words([variant('A', 1_000, 10_000), variant('B', 1_050, 10_000), variant('C', 1_500, 10_000)])).toMatch(
      /^C is better than A by /,
    );
    expect(words([variant('A', 1_500, 10_000), variant('B', 1_000, 10_000), variant('C', 1_050, 10_000)])).toBe(
      'A is better than all others: safe to stop',
    );
  });

  test('nothing of a broken split: no comparison is there to be read', () => {
    const { comparisons, sampleRatio } = judgePhase(phaseOf([variant('A', 1_000, 6_000), variant('B', 2_000, 4_000)]));
    expect([comparisons, sampleRatio?.isBroken]).toEqual([null, true]);
  });

  test.each([
    ['two variants', 600, 400, 0, true],
    ['the small group, which is far too large', 350, 350, 300, true],
    ['nobody', 500, 498, 2, false],
  ])('that a split is broken, however small another group is: by %s', (_, a, b, none, isBroken) => {
    const plan = { ...defaultPlan, holdout: 0.001 };
    const variants = [variant('A', 100, a), variant('B', 100, b), variant(noReply, 0, none, null)];
    const { sampleRatio, comparisons } = judgePhase(phaseOf(variants, 7, { plan }));
    expect([sampleRatio?.isBroken, comparisons === null]).toEqual([isBroken, isBroken]);
    expect(judgePhase(phaseOf([variant('A', 1, 5), variant('B', 1, 1), variant(noReply, 0, 1, null)], 7, { plan })).sampleRatio).toBeNull();
  });

  test('what replies do at all beside it, without waiting for the small holdout', () => {
    const plan = { ...defaultPlan, size: 2_500, holdout: 0.05 };
    const variants = [variant('A', 1_000, 9_500), variant('B', 1_400, 9_500), variant(noReply, 20, 1_000, null)];
    const { verdict, comparisons, plannedShares } = judgePhase(phaseOf(variants, 7, { plan }));
    expect(verdict.words).toMatch(/^B is better than A by /);
    expect(comparisons?.[1]?.verdict.words).toMatch(/^A is better than no reply by /);
    expect(plannedShares).toEqual([0.475, 0.475, 0.05]);
    expect(words([variant('A', 1_000, 9_500), variant(noReply, 20, 500, null)], 7, { plan })).toMatch(/^A is better by /);
  });

  test('z and Newcombe’s interval at the planned end, and not before', () => {
    const at = (n: number) => judgePhase(phaseOf([variant('A', n / 10, n), variant('B', n / 8, n)])).comparisons?.[0]?.atPlannedEnd;
    expect(at(2_400)).toBeNull();
    expect(at(2_600)).toMatchObject({ z: expect.any(Number), p: expect.any(Number), interval: { low: expect.any(Number) } });
  });
});

test('labels go on after Z', () => {
  expect([0, 1, 25, 26, 53].map(labelOf)).toEqual(['A', 'B', 'Z', 'A2', 'B3']);
});

/** mulberry32: the same numbers in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns in how many of the experiments a difference was found at one of 30 looks. */
function findings(runs: number, rates: readonly [number, number]): number {
  const random = createRandom(20_260_301);
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const variants = [variant('A', 0, 0), variant('B', 0, 0)];
    for (let look = 1; look <= 30; look++) {
      variants.forEach((one, nth) => {
        one.exposed += 150;
        one.mature += 150;
        for (let user = 0; user < 150; user++) one.engaged += random() < (rates[nth] ?? 0) ? 1 : 0;
      });
      if (judgePhase(phaseOf(variants, look)).verdict.kind === 'better') {
        found++;
        break;
      }
    }
  }
  return found;
}

describe('30 looks', () => {
  test('find a difference that is not there in 5 % of experiments at most', () => {
    expect(findings(400, [0.1, 0.1]) / 400).toBeLessThanOrEqual(0.05);
  });

  test('find a large one that is there nearly always', () => {
    expect(findings(50, [0.1, 0.14]) / 50).toBeGreaterThan(0.9);
  });
});
