import { expect, test } from '@jest/globals';
import { isBeginningOfId, modelsSearch } from './models-search.ts';

test.each(['a', 'a0000000', 'a0000000-', 'a0000000-0000-4', 'a0000000-0000-4000-8000-000000000001'])('%s begins an ID', (text) => {
  expect(isBeginningOfId(text)).toBe(true);
});

test.each(['', 'sophia', 'a0-', 'a00000000', '-a', 'a0000000-0000-4000-8000-0000000000011', 'a0000000-0000-4000-8000-000000000001-'])(
  '%p does not',
  (text) => {
    expect(isBeginningOfId(text)).toBe(false);
  },
);

test('filters that are not understood are left out', () => {
  expect(modelsSearch.parse({ moodState: 'gloomy', atLimit: 'true', q: 'Sophia' })).toEqual({
    q: '',
    moodState: '',
    changedBy: '',
    atLimit: 'true',
    cursor: '',
  });
});
