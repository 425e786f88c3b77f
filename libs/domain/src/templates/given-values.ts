import { isBlank } from '../text/characters.ts';
import { maxAmountDigits, parseAmount, parseCurrency } from './money-values.ts';
import type { TemplateVariable } from './template.ts';

/** Longest value, in code points. */
export const maxValueLength = 1_000;

/**
 * Reads a value from a caller. Amounts and currencies have formats of their own; any other number is printed as JSON writes it.
 * @returns the text, '' for a blank one; null when the format is wrong, which `problem` describes.
 */
export function readGivenValue(name: TemplateVariable, given: string | number): { text: string } | { text: null; problem: string } {
  const written = String(given);
  if (isBlank(written)) return { text: '' };
  if (name === 'amount') return asRead(parseAmount(given), amountProblem);
  if (name === 'currency') return asRead(parseCurrency(written), currencyProblem);
  return { text: written };
}

const amountProblem = `expected an amount: a number or a string of digits such as "49.90", not negative, of at most ${maxAmountDigits} digits`;
const currencyProblem = 'expected an ISO 4217 code such as EUR, or the symbol of a currency such as €';

const asRead = (text: string | null, problem: string) => (text === null ? { text, problem } : { text });
