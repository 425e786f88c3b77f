import { describe, expect, test } from '@jest/globals';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { messageWithoutValues, redact } from './redact.ts';
import { describeError } from './describe-error.ts';

const jwt = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJTb3BoaWEifQ.${'s'.repeat(86)}`;

describe('what is taken out of a text', () => {
  test.each([
    ['postgres://mood:hunter2@db.internal:5432/mood', 'postgres://***/mood'],
    ['cannot reach rediss://:p%40ss@cache:6380, giving up', 'cannot reach rediss://***, giving up'],
    ['a password with an @ in it: https://u:p@ss@host/path', 'a password with an @ in it: https://***/path'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ***'],
    ['authorization: basic dXNlcjpwYXNz==', 'authorization: basic ***'],
    [`token ${jwt} was refused`, 'token *** was refused'],
    [`{"token":"${jwt}"}`, '{"token":"***"}'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
  ])('are credentials and tokens (%#)', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test('is found in a time that grows with the text', () => {
    const hostile = ['a://'.repeat(50_000), 'a.'.repeat(100_000), 'Bearer '.repeat(30_000), 'eyJ'.repeat(60_000), 'eyJa.'.repeat(40_000)];
    for (const text of hostile) {
      const usedMs = startProcessorWatch();
      redact(text);
      expect(usedMs()).toBeLessThan(3_000);
    }
  });
});

describe('the message of an error', () => {
  test.each([
    ['22P02', 'invalid input syntax for type uuid: "Sophia "the" Great"', 'invalid input syntax for type uuid: "***"'],
    ['22008', 'date/time field value out of range: "my birthday"', 'date/time field value out of range: "***"'],
    ['22001', 'value too long for type character varying(200)', 'value too long for type character varying(200)'],
    ['23505', 'duplicate key value violates unique constraint "users_pkey"', 'duplicate key value violates unique constraint "users_pkey"'],
  ])('of the database does not repeat a value that was refused (%s)', (code, message, shown) => {
    expect(messageWithoutValues(Object.assign(new Error(message), { code }))).toBe(shown);
  });

  test('of the JSON parser does not repeat the text', () => {
    let thrown: unknown;
    try {
      JSON.parse('Sophia says hello');
    } catch (error) {
      thrown = error;
    }
    expect(describeError(thrown)).not.toContain('Sophia');
  });
});
