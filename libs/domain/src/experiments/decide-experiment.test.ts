import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../errors.ts';
import { planExperiment } from './decide-experiment.ts';
import { defaultPlan, maxPlannedSize } from './phase.ts';
import type { ExperimentPlan } from './phase.ts';
import type { Experiment } from './ports.ts';

const experiment: Experiment = { name: 'warmth', state: 'running', decisions: [], phases: [] };

/** @returns the size that was recorded; the words of the refusal. */
async function planned(effect: number, baseline: number): Promise<number | string> {
  const recorded: ExperimentPlan[] = [];
  const deps = {
    experiments: {
      list: () => Promise.reject(new Error('nobody lists')),
      stop: () => Promise.reject(new Error('nobody stops')),
      find: () => Promise.resolve(experiment),
      plan: (_: string, plan: ExperimentPlan) => Promise.resolve(recorded.push(plan) > 0),
    },
    templates: { refresh: () => Promise.resolve() },
  };
  try {
    await planExperiment(deps, { changedBy: null, reason: null }, 'warmth', { ...defaultPlan, effect, size: null, baseline });
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
  return recorded[0]?.size ?? NaN;
}

test('a plan follows from the baseline, or is refused when it takes more users than there are', async () => {
  expect(await planned(0.05, 0.2)).toBe(1_031);
  expect(await planned(0.000_01, 0.2)).toMatch(/^plannedEffect: finding it takes more than 100000000 users/);
  expect(await planned(1e-300, 0.2)).toMatch(/^plannedEffect: finding it takes more than/);
  expect(await planned(0.5, 0.5)).toMatch(/^plannedEffect: expected less than the room/);
});

test('whatever is asked for, what is recorded is a number of users that a plan can have', async () => {
  const effects = fc.oneof(fc.double({ min: Number.MIN_VALUE, max: 0.5 }), fc.constantFrom(5e-324, 1e-17, 0.5));
  const baselines = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(effects, baselines, async (effect, baseline) => {
      fc.pre(!Number.isNaN(effect));
      const found = await planned(effect, baseline);
      if (typeof found === 'string') expect(found).toMatch(/^plannedEffect: /);
      else expect([Number.isInteger(found), found >= 1, found <= maxPlannedSize]).toEqual([true, true, true]);
    }),
  );
});
