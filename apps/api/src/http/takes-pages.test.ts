import { expect, test } from '@jest/globals';
import { takesPages } from './takes-pages.ts';

test.each<[string | undefined, boolean]>([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['TEXT/HTML', true],
  ['application/json, text/html;q=0.1', true],
  ['text/html;charset=utf-8', true],
  ['text/html;q=0, application/json', false],
  ['text/html;q=0.000', false],
  ['application/json', false],
  ['*/*', false],
  ['text/htmlx, x-text/html', false],
  ['', false],
  [undefined, false],
])('Accept: %s', (accept, takes) => {
  expect(takesPages(accept)).toBe(takes);
});
