import { expect, test } from '@jest/globals';
import { ApiError } from '../../api/api.ts';
import { explainRefusal } from './refusals.ts';

const now = Date.parse('2026-11-30T20:00:00Z');
const soon = '2026-11-30T20:12:00.000Z';
const refusal = (status: number, code: ApiError['code'], body = {}, message = 'Said by the API.') =>
  explainRefusal(new ApiError(status, code, message, body), now);

test.each([
  ['INVALID_CUSTOM_MESSAGE', 'message'],
  ['INVALID_RESPONSE_DELAY', 'delay'],
  ['INVALID_EXPIRES_AT', 'end'],
  ['TERMS_NOT_ACCEPTED', 'save'],
] as const)('%s is said at: %s', (code, place) => {
  expect(refusal(400, code).place).toBe(place);
});

test('a refused message is explained in the words of the API, which name the passage', () => {
  expect(refusal(400, 'INVALID_CUSTOM_MESSAGE', {}, 'Custom messages cannot hold links ("a.b").').text).toContain('("a.b")');
});

test.each([
  ['RATE_LIMIT_EXCEEDED', { resetTime: soon }],
  ['MOOD_HELD', { heldUntil: soon }],
] as const)('%s says when it is over, and how long that is', (code, body) => {
  expect(refusal(429, code, body).text).toMatch(/\d\d:\d\d.*12 mins/);
});

test.each([
  [401, 'UNAUTHORIZED', /Sign in again/],
  [403, 'UNAUTHORIZED', /may not/],
  [403, 'FEATURE_DISABLED', /switched .* off/],
  [409, 'VERSION_CONFLICT', /changed just before/],
  [429, 'RATE_LIMIT_EXCEEDED', /all changes of this hour/],
  [429, 'TOO_MANY_REQUESTS', /few seconds/],
  [503, 'SYSTEM_ERROR', /nobody knows whether/],
  [0, 'OFFLINE', /cannot be reached/],
  [400, 'INVALID_REQUEST', /Said by the API\./],
] as const)('%d %s is said where it is saved: %s', (status, code, text) => {
  const { place, text: said } = refusal(status, code);
  expect(place).toBe('save');
  expect(said).toMatch(text);
});

test('what is no answer at all may have been saved or not', () => {
  expect(explainRefusal(new TypeError('odd'), now).text).toMatch(/nobody knows/);
});
