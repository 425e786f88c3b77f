import { describe, expect, jest, test } from '@jest/globals';
import { allowedValues } from './allowed-values.ts';
import { policyUnderTest } from './template.fixture.ts';

function setUp() {
  const count = jest.fn();
  return {
    count,
    check: (values: Parameters<typeof allowedValues>[1]) =>
      allowedValues({ contentPolicy: policyUnderTest, refusedValues: { count } }, values),
  };
}

describe('values that others chose', () => {
  test.each([
    [{ userName: 'visit https://evil.com' }, 'userName', 'url'],
    [{ userName: 'joe@mail.com' }, 'userName', 'email'],
    [{ userName: '+49 171 1234567' }, 'userName', 'phone'],
    [{ userName: 'my secret' }, 'userName', 'listed_word'],
    [{ modelName: 'joe@mail.com' }, 'modelName', 'email'],
    [{ customMessage: 'https://a.b' }, 'customMessage', 'url'],
    [{ amount: 'https://evil.com' }, 'amount', 'url'],
    [{ currency: 'https://evil.com' }, 'currency', 'url'],
    [{ time: 'joe@mail.com' }, 'time', 'email'],
    [{ tier: 'secret' }, 'tier', 'listed_word'],
  ])('count as not given when the policy forbids them: %j', (values, variable, kind) => {
    const { check, count } = setUp();
    expect(check({ ...values, mood: 'positive' })).toEqual({ mood: 'positive' });
    expect(count.mock.calls).toEqual([[variable, kind]]);
  });

  test.each([
    { userName: 'John123' },
    { amount: '123456789012' },
    { amount: '1234567890.50' },
    { time: '3:45 PM', date: 'Jan 2, 2026' },
    { currency: '€' },
    {},
  ])('stay as they are otherwise: %j', (values) => {
    const { check, count } = setUp();
    expect(check(values)).toEqual(values);
    expect(count).not.toHaveBeenCalled();
  });
});
