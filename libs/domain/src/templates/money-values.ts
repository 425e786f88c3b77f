import { trimmed } from '../text/characters.ts';
import type { TemplateValues } from './render-template.ts';

/** Most digits of an amount: a double represents every number of this many exactly. */
export const maxAmountDigits = 15;

/**
 * Reads an amount: a number, or a string of digits with or without a decimal point; not negative, of at most 15 digits.
 * A number is taken for what it was meant to be: 0.1 + 0.2 is 0.3. @returns the decimal in plain digits, `49.9`; null when it is none.
 */
export function parseAmount(value: string | number): string | null {
  const decimal = typeof value === 'number' ? plainDecimal(value) : trimmed(value);
  const [, whole, fraction = ''] = /^0*(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (whole === undefined || whole.length + fraction.length > maxAmountDigits) return null;
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

const fifteenDigits = new Intl.NumberFormat('en-US', { useGrouping: false, maximumSignificantDigits: maxAmountDigits });
/** Below this bound the first 15 digits of a number include its hundredths. */
const exactHundredths = 1e13;

function plainDecimal(value: number): string {
  if (value < 0 || !Number.isFinite(value)) return '';
  return value < exactHundredths ? fifteenDigits.format(Math.abs(value)) : String(value);
}

const currencyCodes = new Set(Intl.supportedValuesOf('currency'));
/** Made when it is first asked for: a format for each of 300 currencies takes longer than the rest of this package takes to load. */
let lettersForCurrencies: ReadonlySet<string> | undefined;
/** Up to four characters with a currency sign among them: `€`, `US$`. */
const symbol = /^(?=.*\p{Sc})[\p{Sc}\p{L}.]{1,4}$/u;

/** @returns an ISO 4217 code in upper case, or a currency's symbol (`€`, `US$`, `kr`) as it was given; null when it is neither. */
export function parseCurrency(value: string): string | null {
  const text = trimmed(value);
  const code = text.toUpperCase();
  if (/^[A-Za-z]{3}$/.test(text) && currencyCodes.has(code)) return code;
  if (symbol.test(text)) return text;
  lettersForCurrencies ??= new Set(Array.from(currencyCodes, (known) => symbolOf(known, 'en-US')));
  return lettersForCurrencies.has(text) ? text : null;
}

/**
 * @param values that hold an amount and a currency as `parseAmount` and `parseCurrency` return them.
 * @returns them as people of the locale read them: `1,234.50` and `€`.
 */
export function withPrintedMoney(values: TemplateValues, locale: string | undefined): TemplateValues {
  const { amount, currency } = values;
  return {
    ...values,
    ...(amount !== undefined && { amount: printAmount(amount, locale) }),
    ...(currency !== undefined && currencyCodes.has(currency) && { currency: symbolOf(currency, locale) }),
  };
}

/** Whole numbers have no decimals, others two. */
function printAmount(amount: string, locale = 'en-US'): string {
  const decimals = amount.includes('.') ? 2 : 0;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return format.format(Number(amount)).replaceAll('\u202F', '\u00A0');
}

function symbolOf(currency: string, locale = 'en-US'): string {
  const parts = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? currency;
}
