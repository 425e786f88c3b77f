import { expect, test } from '@jest/globals';
import { explainSelection } from './explain-selection.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import { createTemplateIndex } from './template-index.ts';
import { templateUnderTest } from './template.fixture.ts';

const criteria: TemplateCriteria = { moodState: 'positive', templateType: 'greeting', tier: null, locale: null, userId: 'user-1' };
const count = 6_000;

function many(experimentOf: (n: number) => string | null) {
  return Array.from({ length: count }, (_, n) => templateUnderTest({ experiment: experimentOf(n), priority: n % 7 }));
}

/** Milliseconds of the processor that a piece of work took, whatever else the machine did. */
function costOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const kinds: [string, (n: number) => string | null][] = [
  ['in no experiment', () => null],
  ['in one experiment', () => 'one'],
  ['each in an experiment of its own', (n) => `e${n}`],
  ['in pairs', (n) => `e${n >> 1}`],
  ['in a hundred experiments', (n) => `e${n % 100}`],
  ['half of them in experiments', (n) => (n % 2 === 0 ? null : `e${n}`)],
];

test.each(kinds)('ranking thousands of templates %s costs in proportion to them', (_what, experimentOf) => {
  const index = createTemplateIndex(many(experimentOf));
  let ranked: unknown[] = [];
  // With the square of them it takes more than a second.
  expect(costOf(() => (ranked = [...rankTemplates(index, criteria)]))).toBeLessThan(500);
  expect(new Set(ranked).size).toBe(count);
});

test.each(kinds)('explaining thousands of templates %s puts into words only what is shown', async (_what, experimentOf) => {
  const candidates = many(experimentOf);
  const explained = await explainSelection(candidates, criteria, 100);
  expect(explained).toHaveLength(100);
  expect(explained.filter(({ won }) => won)).toHaveLength(1);
});
