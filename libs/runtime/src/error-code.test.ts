import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { errorCode } from './error-code.ts';

test('is read from an error of the operating system', async () => {
  expect(errorCode(await readFile('/there/is/no/such/file').catch((error: unknown) => error))).toBe('ENOENT');
});

test('is a string, also where it was a number', () => {
  expect(errorCode(Object.assign(new Error('ended'), { code: 1 }))).toBe('1');
});

test.each([undefined, null, 'ENOENT', 7, {}, new Error('no code'), { code: undefined }])('is undefined for %p', (value) => {
  expect(errorCode(value)).toBeUndefined();
});

test('is not that of a cause: whoever wrapped the error has said something else', () => {
  expect(errorCode(new Error('wrapped', { cause: Object.assign(new Error('no'), { code: 'ENOENT' }) }))).toBeUndefined();
});
