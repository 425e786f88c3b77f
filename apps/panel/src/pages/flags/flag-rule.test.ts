import { expect, test } from '@jest/globals';
import { draftOf, isSameRule, ruleInWords, ruleOf } from './flag-rule.ts';
import type { Rule } from './flag-rule.ts';

const id = 'a0000000-0000-4000-8000-000000000001';
const rule = (values: Partial<Rule>): Rule => ({ percentage: 0, ids: [], roles: [], ...values });

test.each([
  [rule({ percentage: 100 }), 'On for everybody.'],
  [rule({}), 'Off for everybody.'],
  [rule({ percentage: 10 }), 'On for 10% of all, by their ID. Off for everybody else.'],
  [
    rule({ percentage: 10, ids: [id], roles: ['admin', 'model'] }),
    'On for 10% of all, by their ID and for one listed ID and for administrators, models. Off for everybody else.',
  ],
])('%o is said as %p', (given, sentence) => {
  expect(ruleInWords(given)).toBe(sentence);
});

test.each([rule({ percentage: 100 }), rule({}), rule({ percentage: 10, ids: [id], roles: ['model'] })])(
  'what is not edited stays: %o',
  (given) => {
    expect(ruleOf(draftOf(given))).toEqual(given);
  },
);

test('IDs are taken one a line or with commas, each once', () => {
  expect(ruleOf({ choice: 'some', percentage: 5, ids: ` ${id.toUpperCase()},\n${id} `, roles: [] })).toEqual(
    rule({ percentage: 5, ids: [id] }),
  );
});

test('what is no ID is named', () => {
  expect(ruleOf({ choice: 'some', percentage: 5, ids: `${id}\nsophia`, roles: [] })).toBe('This is not an ID: sophia');
});

test('rules are the same whatever the order of their lists', () => {
  expect(isSameRule(rule({ roles: ['admin', 'model'] }), rule({ roles: ['model', 'admin'] }))).toBe(true);
  expect(isSameRule(rule({ percentage: 1 }), rule({}))).toBe(false);
});
