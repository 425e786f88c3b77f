import type { PolicyFinding } from '@mood/domain';
import { findPhoneNumbersInText } from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';
import { sourceRange } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';

/** Fewer digits than this are a date, a time, a price or a room, unless they are a valid number of the country. */
const minDigits = 9;

/** Digits with at most two separators between neighbours, or `) - `. Commas and colons are none: amounts and times have them. */
const digitRun = /\d(?:(?:[\s\p{Pd}.()/+_*~|]{0,2}|\)\s?\p{Pd}\s?)\d)*/gu;

/** Dates with a year of four digits: they stand beside times and other dates, which together make a long run. */
const date = /(?<!\d)(?:(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d)(?!\d)/g;

/** Finds phone numbers in folded text: valid ones of any country, and every run of nine digits or more. */
export function findPhoneNumbers(folded: MappedText, country: CountryCode): PolicyFinding[] {
  if (!/\d/.test(folded.text)) return [];
  const finding = (start: number, end: number): PolicyFinding => ({ kind: 'phone', ...sourceRange(folded, start, end) });
  const runs = [...folded.text.matchAll(digitRun)].filter(([run]) => digitCount(run.replace(date, ' ')) >= minDigits);
  return [
    ...findPhoneNumbersInText(folded.text, country).map(({ startsAt, endsAt }) => finding(startsAt, endsAt)),
    ...runs.map((run) => finding(run.index, run.index + run[0].length)),
  ];
}

function digitCount(text: string): number {
  return text.replace(/\D/g, '').length;
}
