import { expect, test } from '@jest/globals';
import { returnPath } from './return-path.ts';

test.each([
  '/panel',
  '/panel/',
  '/panel/history?limit=5',
  '/panel/templates/1?tab=versions#v3',
  '/panel/models?to=https://evil.example',
  '/ops/queues',
  '/ops/queues/queue/auto-reply?status=failed',
])('%s is a page to come back to', (path) => {
  expect(returnPath(path)).toBe(path);
});

test.each([
  undefined,
  '',
  '/',
  '/docs',
  '/panel2',
  '/ops',
  '/ops/queues2',
  'panel/',
  '//evil.example',
  '///evil.example/panel/',
  '/\\evil.example',
  '\\\\evil.example/panel/',
  '/\t/evil.example/panel/',
  '/panel/\nhistory',
  'https:evil.example',
  'https://evil.example/panel/',
  'javascript:alert(1)//panel/',
  '/panel/../..',
  '/panel/../docs',
  '/panel/%2e%2e/docs',
  '/panel/..%2fdocs',
  '/panel/..\\docs',
  '/panel/%5c..%5cdocs',
  '/panel/./../ops/other',
  '/panel//../../docs',
  '/panel/api/session',
  '/panel/api/v1/mood/me',
  '/panel/sign-in',
  '/panel/sign-in/callback?code=1',
  '/panel/sign-out',
  `/panel/${'a'.repeat(1_000)}`,
  // What the server answers with 400.
  '/panel/%',
  '/panel/%zz',
  '/panel/%41',
  '/panel//history',
  '/panel/history?q=%',
  '/panel/history?q=%ff',
  '/ops/queues/%',
  // Six times as long when it is written as a URL.
  `/panel/history?q=${'é'.repeat(900)}`,
])('%j is none: the way leads to the first page', (path) => {
  expect(returnPath(path)).toBe('/panel/');
});
