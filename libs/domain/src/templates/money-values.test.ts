import { describe, expect, test } from '@jest/globals';
import { parseAmount, parseCurrency, withPrintedMoney } from './money-values.ts';
import { parseTemplate } from './parse-template.ts';
import { renderTemplate } from './render-template.ts';

const print = (amount: string | number, locale?: string) => withPrintedMoney({ amount: parseAmount(amount) ?? 'none' }, locale).amount;

describe('an amount', () => {
  test.each<[string | number, string]>([
    [50, '50'],
    ['50', '50'],
    [0, '0'],
    [-0, '0'],
    [49.9, '49.90'],
    ['49.9', '49.90'],
    ['49.90', '49.90'],
    ['50.00', '50.00'],
    [0.1 + 0.2, '0.30'],
    [1.1 * 3, '3.30'],
    [1_234_567.1 + 0.2, '1,234,567.30'],
    [12.345, '12.35'],
    ['1.005', '1.01'],
    [1e-7, '0.00'],
    [1000, '1,000'],
    ['00012', '12'],
    [' 5 ', '5'],
    [999_999_999_999_999, '999,999,999,999,999'],
    ['999999999999999', '999,999,999,999,999'],
    ['9999999999999.99', '9,999,999,999,999.99'],
    [1e14, '100,000,000,000,000'],
  ])('%j is printed as %s', (amount, text) => {
    expect(print(amount)).toBe(text);
  });

  test.each<string | number>([
    -5,
    -0.01,
    1e15,
    1e21,
    9_007_199_254_740_992,
    123_456_789_012_345.67,
    Number.NaN,
    Infinity,
    -Infinity,
    '',
    ' ',
    'abc',
    '-5',
    '-0',
    '+5',
    '1,000',
    '1 000',
    '5.',
    '.5',
    '1.2.3',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '9007199254740993',
    '1234567890123.456',
    '٥',
    '５',
    '½',
    '$5',
    '5\u00A0€',
    '<b>5</b>',
  ])('%j is none', (amount) => {
    expect(parseAmount(amount)).toBeNull();
  });

  test.each([
    ['en-US', '1,234.50'],
    ['de-DE', '1.234,50'],
    ['es-419', '1,234.50'],
    ['fr', '1\u00A0234,50'],
    ['en-IN', '1,234.50'],
    ['ja', '1,234.50'],
    ['pt-BR', '1.234,50'],
  ])('is printed for %s', (locale, text) => {
    expect(print('1234.5', locale)).toBe(text);
  });
});

describe('a currency', () => {
  test.each([
    ['USD', '$'],
    ['EUR', '€'],
    ['eur', '€'],
    ['GBP', '£'],
    ['JPY', '¥'],
    ['CHF', 'CHF'],
    ['SEK', 'kr'],
    ['$', '$'],
    ['US$', 'US$'],
    ['€', '€'],
    [' € ', '€'],
    ['₿', '₿'],
    ['kr', 'kr'],
    ['zł', 'zł'],
  ])('%j is shown as %s', (currency, shown) => {
    expect(withPrintedMoney({ currency: parseCurrency(currency) ?? 'none' }, undefined).currency).toBe(shown);
  });

  test.each(['', 'XYZ', 'euros', 'tokens', '5', '<', '$5', '$$$$$', 'https://evil.com', '💎', '__proto__', 'constructor'])(
    '%j is none',
    (currency) => {
      expect(parseCurrency(currency)).toBeNull();
    },
  );
});

test.each([
  ['{{currency}}{{amount}}', '50', '$', '$50'],
  ['{{currency}}{{amount}}', '50', 'CHF', 'CHF\u00A050'],
  ['{{currency}}{{amount}}', '49.9', 'kr', 'kr\u00A049.90'],
  ['{{amount}}{{currency}}', '50', 'EUR', '50€'],
  ['{{amount}}{{currency}}', '50', 'CHF', '50\u00A0CHF'],
  ['{{amount}} {{currency}}', '50', 'CHF', '50 CHF'],
  ['the {{amount}} tip', '50', '$', 'the 50 tip'],
])('%s with %s and %s reads %s', (content, amount, currency, text) => {
  const values = withPrintedMoney({ amount, currency: parseCurrency(currency) ?? 'none' }, undefined);
  expect(renderTemplate(parseTemplate(content), values)).toEqual({ ok: true, text });
});
