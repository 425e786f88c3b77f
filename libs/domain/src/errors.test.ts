import { expect, test } from '@jest/globals';
import { DependencyUnavailable, DomainError, errorCodes, RateLimitExceeded } from './errors.ts';

test('every error code is there once', () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length);
});

test('a refusal has a code, a message that can be shown, and its cause', () => {
  const cause = new Error('inner');
  const error = new DomainError('INVALID_EXPIRES_AT', 'expiresAt has to be in the future.', { cause });
  expect(error).toMatchObject({ name: 'DomainError', code: 'INVALID_EXPIRES_AT', message: 'expiresAt has to be in the future.', cause });
});

test('too many changes say when there is room again', () => {
  const resetTime = new Date('2026-01-01T13:00:00Z');
  const error = new RateLimitExceeded(resetTime);
  expect(error).toBeInstanceOf(DomainError);
  expect(error).toMatchObject({ name: 'RateLimitExceeded', code: 'RATE_LIMIT_EXCEEDED', resetTime });
  expect(error.message).toBe('Maximum 50 mood changes per hour exceeded');
});

test('a dependency that does not answer is named to the caller, its failure is not', () => {
  const cause = new Error('password authentication failed for 10.0.0.7');
  const error = new DependencyUnavailable('database', { cause });
  expect(error).toBeInstanceOf(DomainError);
  expect(error).toMatchObject({ name: 'DependencyUnavailable', code: 'SYSTEM_ERROR', dependency: 'database', cause });
  expect(error.message).toBe('The database is not available right now. Try again in a few seconds.');
});
