import { describe, expect, test } from '@jest/globals';
import { isOutageAnswer } from './outage-answer.ts';

describe('an answer of PostgreSQL', () => {
  test.each([
    '08000',
    '08003',
    '08006',
    '08P01',
    '28000',
    '28P01',
    '3D000',
    '53000',
    '53100',
    '53200',
    '53300',
    '55000',
    '57P01',
    '57P02',
    '57P03',
    '57P04',
    '57P05',
    '58000',
    '58030',
    '58P01',
    'F0000',
    'F0001',
    'XX000',
    'XX001',
    'XX002',
    '25P03',
    '25P04',
  ])('with %s is an outage', (code) => {
    expect(isOutageAnswer({ code, severity: 'ERROR' })).toBe(true);
  });

  test.each(['FATAL', 'PANIC', 'ВАЖНО', 'ÖLÜMCÜL'])(
    'is not judged by its severity, which comes in the language of the server: %s',
    (severity) => {
      expect(isOutageAnswer({ code: '57P01', severity })).toBe(true);
      expect(isOutageAnswer({ code: '42501', severity })).toBe(false);
    },
  );

  test.each(['23505', '23503', '22P02', '42P01', '42501', '42883', '57014', '55P03', '40001', '25006', '25P02', '00000', 'EPERM', ''])(
    'with %j speaks of one statement',
    (code) => {
      expect(isOutageAnswer({ code, severity: 'ERROR' })).toBe(false);
    },
  );

  test('is told from errors that come from elsewhere', () => {
    expect(isOutageAnswer(new Error('no code'))).toBe(false);
    expect(isOutageAnswer({})).toBe(false);
  });
});
