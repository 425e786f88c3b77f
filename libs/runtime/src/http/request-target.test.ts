import { describe, expect, test } from '@jest/globals';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { problemOfTarget } from './request-target.ts';

const id = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

describe('a request target', () => {
  test.each([
    '/',
    '/docs',
    '/docs/',
    '/openapi.json',
    '/ops/queues/api/queues/auto-reply/clean/failed',
    `/api/v1/mood/${id}`,
    `/api/v1/mood/${id.toUpperCase()}/history?limit=20&offset=0`,
    '/api/v1/moods?modelIds=a%2Cb',
    '/api/v1/moods?x=%2e%2e%2f&y=/../',
    '/a/...',
    '/a/.well-known',
    '/a~b/c_d/e-f.g',
    '/a:b@c',
    '/%C3%BC/%20',
    '/%c3%bc',
    '/a?',
    '/a?b?c',
    '/a?%F0%9F%92%95',
  ])('%s is in normal form', (target) => {
    expect(problemOfTarget(target)).toBeUndefined();
  });

  test.each([
    ['', 'nothing'],
    ['*', 'no path'],
    ['docs', 'no slash'],
    ['http://api/docs', 'an absolute URL'],
    ['HTTP://api/docs', 'an absolute URL'],
    ['api:443', 'an authority'],
    ['?a=b', 'a query alone'],
    ['/docs/../ops', 'dots'],
    ['/..', 'dots at the end'],
    ['/./docs', 'one dot'],
    ['/docs/.', 'one dot at the end'],
    ['/docs/./?a', 'one dot before a query'],
    ['//docs', 'an empty segment'],
    ['//evil.example/docs', 'another host'],
    ['/docs//', 'an empty segment at the end'],
    ['/a///b', 'empty segments'],
    ['/%2e%2e/ops', 'escaped dots'],
    ['/%2E./ops', 'a half-escaped dot'],
    ['/.%2e/ops', 'a half-escaped dot'],
    ['/%61dmin', 'an escaped letter'],
    ['/%41dmin', 'an escaped capital'],
    ['/%30', 'an escaped digit'],
    ['/a%2Db', 'an escaped hyphen'],
    ['/a%5fb', 'an escaped underscore'],
    ['/%7Ea', 'an escaped tilde'],
    ['/docs%2f..%2fops', 'escaped slashes'],
    ['/docs%5Cops', 'an escaped backslash'],
    ['/docs\\ops', 'a backslash'],
    ['/docs\\..\\ops', 'backslashes'],
    ['/docs;x=1', 'parameters'],
    ['/mood;/a', 'parameters'],
    ['/docs%3Bx', 'escaped parameters'],
    ['/%2561dmin', 'a double escape'],
    ['/%00', 'NUL'],
    ['/a%0d%0ab', 'a line break'],
    ['/%7F', 'DEL'],
    ['/%', 'half an escape'],
    ['/%4', 'half an escape'],
    ['/%zz', 'no escape'],
    ['/%u0061', 'an escape of another kind'],
    ['/%c0%ae%c0%ae/ops', 'overlong UTF-8'],
    ['/%C0%AF', 'an overlong slash'],
    ['/%ED%A0%80', 'half a surrogate pair'],
    ['/%FF', 'no UTF-8'],
    ['/%C3', 'half of a character'],
    ['/ü', 'no ASCII'],
    ['/a b', 'a blank'],
    ['/a"b', 'a quote'],
    ['/a<b>', 'brackets'],
    ['/a|b', 'a bar'],
    ['/a^b', 'a caret'],
    ['/{id}', 'braces'],
    ['/a#b', 'a fragment'],
    ['/a?b#c', 'a fragment behind a query'],
    ['/a?b=%', 'half an escape in the query'],
    ['/a?b=%zz', 'no escape in the query'],
    ['/a?b=%C0%AE', 'overlong UTF-8 in the query'],
  ])('%j (%s) is not', (target) => {
    expect(problemOfTarget(target)).toEqual(expect.any(String));
  });

  test('is looked at in linear time', () => {
    const usedMs = startProcessorWatch();
    for (const piece of ['/a', '%20', '/.', '%C3%BC', 'a', '//', '%']) problemOfTarget(`/${piece.repeat(100_000)}`);
    expect(usedMs()).toBeLessThan(2_000);
  });
});
