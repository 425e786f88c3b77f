import { expect, test } from '@jest/globals';
import { badRowsOf, readFile } from './import-file.ts';
import { rowsOf, stateOf } from './coverage.ts';
import { cureOf, endOf, indexOf } from './cures.ts';
import { draftOfForm, formOf, isPriority, isWeight } from './form.ts';
import { emptyDraft, experimentTouched, merged } from './template.ts';
import { noFilters, templatesSearch } from './templates-search.ts';
import { changesInWords } from './values.ts';

const draft = { ...emptyDraft, content: 'Hi {{userName|there}}!' };
const at = (severity: 'error' | 'hint', line: number, column: number) => ({ severity, line, column, message: '' });

function cured(text: string, problem: ReturnType<typeof at>) {
  const cure = cureOf(text, problem, { userName: 'there' });
  return cure && text.slice(0, cure.from) + cure.insert + text.slice(cure.to);
}

test('a place of the API is found in the text, also behind emoji and line breaks', () => {
  const text = '💖 one\n💖💖 {{tier}}!';
  const from = indexOf(text, { line: 2, column: 4 });
  expect(text.slice(from, endOf(text, from))).toBe('{{tier}}');
  expect(indexOf('short', { line: 9, column: 9 })).toBe(5);
});

test('one key cures what has one cure', () => {
  expect(cured('💖 {{userName}}!', at('hint', 1, 3))).toBe('💖 {{userName|there}}!');
  expect(cured('Hi {{ userName', at('error', 1, 4))).toBe('Hi {{ userName}}');
  expect(cured('Hi {{userName}', at('error', 1, 4))).toBe('Hi {{userName}}');
  expect(cured('I <3 you', at('error', 1, 3))).toBe('I < 3 you');
  expect(cured('a\u200bb', at('error', 1, 2))).toBe('ab');
  expect(cured('visit evil.com', at('error', 1, 7))).toBeNull();
});

test('the fields become a draft again, and a number that is none is refused', () => {
  expect(draftOfForm(formOf(draft))).toEqual(draft);
  expect(draftOfForm({ ...formOf(draft), locale: ' fr ', experiment: ' ', weight: '3' })).toEqual({ ...draft, locale: 'fr', weight: 3 });
  expect(draftOfForm({ ...formOf(draft), priority: 'high' })).toBeNull();
  expect([isPriority('-5'), isPriority('1.5'), isWeight('0'), isWeight('1000'), isWeight('1001')]).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

test('after a conflict nothing that either has changed is lost', () => {
  const theirs = { ...draft, priority: 7, content: 'theirs' };
  const yours = { ...draft, active: false, content: 'yours' };
  expect(merged(draft, theirs, yours)).toEqual({ ...draft, priority: 7, active: false, content: 'yours' });
});

test('a change that counts for an experiment says which', () => {
  const variant = { ...draft, experiment: 'warm' };
  expect(experimentTouched(variant, { ...variant, weight: 3 })).toBe('warm');
  expect(experimentTouched(variant, { ...variant, experiment: null })).toBe('warm');
  expect(experimentTouched(draft, { ...draft, weight: 3 })).toBeNull();
  expect(experimentTouched(variant, variant)).toBeNull();
});

test('a version says in words what it changed', () => {
  expect(changesInWords(undefined, draft)).toEqual(['The first version.']);
  expect(changesInWords(draft, draft)).toEqual(['Nothing differs from the one before.']);
  const after = { ...draft, content: 'Hello', tierLevel: 'gold' as const, priority: 200, active: false };
  expect(changesInWords(draft, after)).toEqual(['other words', 'set to rest', 'now for the tier gold alone', 'priority from 100 to 200']);
});

test('the matrix says who answers at each place', () => {
  const place = { moodState: 'positive', templateType: 'auto_response', active: 1, templateId: null } as const;
  const first = rowsOf({
    cells: [
      { ...place, tierLevel: 'gold', answeredBy: 'tier' },
      { ...place, tierLevel: 'free', answeredBy: 'any_tier', active: 0 },
      { ...place, tierLevel: null, answeredBy: 'any_tier' },
    ],
  }).find(({ cells }) => cells.length > 0);
  expect(first?.cells.map((cell) => [cell.tierLevel, stateOf(cell)])).toEqual([
    [null, 'own'],
    ['free', 'any'],
    ['gold', 'own'],
  ]);
  const stateBy = (answeredBy: 'neutral_mood' | 'built_in' | 'nothing') => stateOf({ ...place, tierLevel: 'gold', answeredBy });
  expect([stateBy('neutral_mood'), stateBy('built_in'), stateBy('nothing')]).toEqual(['neutral', 'builtIn', 'missing']);
});

test('filters that an address has wrong are left out', () => {
  expect(templatesSearch.parse({})).toEqual(noFilters);
  expect(templatesSearch.parse({ moodState: 'angry', tierLevel: 'none', offset: '-1' })).toEqual({ ...noFilters, tierLevel: 'none' });
});

test('a refused import names its rows as people count them', () => {
  expect(badRowsOf('Nothing was imported. templates[0].content: Line 1, column 4: no. templates[2].id: twice.')).toEqual([
    { row: 1, problem: 'content: Line 1, column 4: no.' },
    { row: 3, problem: 'id: twice.' },
  ]);
  expect(badRowsOf('Another import is under way.')).toEqual([]);
  expect(readFile('a.json', '{')).toBeNull();
  expect(readFile('a.json', '\uFEFF{"templates":[{"content":"Hi"},{}]}')?.contents).toEqual(['Hi', '']);
});
