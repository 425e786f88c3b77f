import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { describeIssues } from './describe-issues.ts';

const issue = (path: PropertyKey[], message = 'expected text') => ({ path, message });

describe('issues in words', () => {
  test('name the place of each', () => {
    expect(describeIssues([issue(['templates', 9_998, 'content']), issue(['priority'], 'expected a whole number')])).toBe(
      'templates[9998].content: expected text; priority: expected a whole number.',
    );
  });

  test.each([
    [[], 'expected text.'],
    [[0], '[0]: expected text.'],
    [['a', 0, 1, 'b'], 'a[0][1].b: expected text.'],
    [['a', 'b.c'], 'a.b.c: expected text.'],
    [[Symbol.for('secret')], 'Symbol(secret): expected text.'],
  ])('of path %p', (path, words) => {
    expect(describeIssues([issue(path)])).toBe(words);
  });

  test('are ten at most, and the rest are counted', () => {
    const issues = Array.from({ length: 12 }, (_, nth) => issue(['templates', nth]));
    expect(describeIssues(issues.slice(0, 10))).toMatch(/templates\[9\]: expected text\.$/);
    expect(describeIssues(issues)).toMatch(/^templates\[0\]: .*; templates\[9\]: expected text; and 2 more\.$/);
  });

  test('that say the same of one field are said once', () => {
    const { error } = z
      .object({ name: z.string().max(1, 'expected a letter').regex(/^a$/, 'expected a letter') })
      .safeParse({ name: 'bb' });
    expect(describeIssues(error?.issues ?? [])).toBe('name: expected a letter.');
  });

  test('are those of a schema', () => {
    const { error } = z.object({ name: z.string('expected a name') }).safeParse({});
    expect(describeIssues(error?.issues ?? [])).toBe('name: expected a name.');
  });
});
