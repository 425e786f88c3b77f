/**
 * Numbers that performers write and that are no phone number: times, dates, price lists, tip menus, countdowns. A run of
 * digits is held against these before it is called a phone number.
 */

export interface NumberGroup {
  digits: string;
  /** What stands between the group before and this one. */
  gap: string;
}

/** Dates with a year of four digits, times with a colon, amounts with a currency, percentages, heights: sure by their form, whatever stands beside them. */
const sureForms: readonly RegExp[] = [
  /(?<![\d])(?:19|20)\d\d([-/. ])(?:0?[1-9]|1[0-2])\1(?:[12]\d|3[01]|0?[1-9])(?:[t ]\d{1,2}:\d\d(?::\d\d)?)?(?!\d)/y,
  /(?<![\d])(?:[12]\d|3[01]|0?[1-9])([-/. ])(?:[12]\d|3[01]|0?[1-9])\1(?:19|20)\d\d(?!\d)/y,
  /(?<![\d])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!\d)/y,
  /(?<=[$€£¥₽₴₹]\s?)\d{1,3}(?:[,.]\d{3}){0,2}(?:[.,]\d\d)?(?!\s?\d|[-.,]\d)/y,
  /(?<=[$€£¥₽₴₹]\s?)\d{1,6}(?!\s?\d|[-.,]\d)/y,
  /(?<![\d])\d{1,4}(?:[.,]\d{1,2})?\s?[%€$£₽](?!\d)/y,
  /(?<![\d])\d{1,2}(?:[.,]\d)?\s?°(?!\d)/y,
  /(?<![\d]|[\d][-.])\d{1,3}(?:[.,]\d{1,2})?\s?(?:cm|kg|lbs?|ft|mins?)(?![\p{L}\d])/uy,
  /(?<![\d])[3-7]\s?['′’]\s?(?:1[01]|\d)(?:\s?["″”]|\s?''|(?!\d))/y,
  /(?<=\()\d{1,2}(?=\)\s?(?:\p{L}|\d{1,4}(?!\d)))/uy,
  /(?<=(?:^|\s)#)\d{1,3}(?![\d#])/y,
];

/** @returns the end of a number that is sure to be no part of a phone number and begins at `index`; -1 when there is none. */
export function endOfSureNumber(text: string, index: number): number {
  for (const form of sureForms) {
    form.lastIndex = index;
    if (form.test(text)) return form.lastIndex;
  }
  return -1;
}

/** @returns true for groups that, all of them together, are a row of numbers, times, dates or amounts. */
export function isPlainNumbers(groups: readonly NumberGroup[], { called }: { called: boolean }): boolean {
  const [first] = groups;
  if (first === undefined) return true;
  if (groups.length === 1) return isPlainNumber(first.digits, called);
  return risesEvenly(groups) || isMenu(groups) || isThousands(groups) || isYears(groups) || arePairs(groups, 2) || arePairs(groups, 3);
}

/** `20261225`, `1000000000`, `123456789`, `777777777`. What somebody is asked to call is taken at its word. */
function isPlainNumber(digits: string, called: boolean): boolean {
  if (called) return false;
  if (/^[1-9]\d{0,2}0{6,}$/.test(digits) || /^([1-9])\1+$/.test(digits)) return true;
  if (/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d[0-5]\d|2[0-3][0-5]\d)?$/.test(digits)) return true;
  if (/^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d$/.test(digits)) return true;
  return '1234567890'.startsWith(digits) || '9876543210'.startsWith(digits) || '10987654321'.startsWith(digits);
}

/** Every step adds the same, or multiplies by the same: countdowns, levels, tips. Also a year's months or a day's hours that begin anew. */
function risesEvenly(groups: readonly NumberGroup[]): boolean {
  if (groups.length < 3) return false;
  const values = groups.map(({ digits }) => Number(digits));
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  const even = values.every((value, index) => index === 0 || value - (values[index - 1] ?? 0) === step);
  if (even && (step !== 0 || groups.every(({ digits }) => digits === groups[0]?.digits))) return true;
  const factor = (values[1] ?? 0) / (values[0] ?? 1);
  if (factor > 1 && values.every((value, index) => index === 0 || value === (values[index - 1] ?? 0) * factor)) return true;
  return (
    values.every((value, index) => index === 0 || Math.abs(value - (values[index - 1] ?? 0)) === 1) &&
    Math.abs(step) === 1 &&
    turnsOnce(values)
  );
}

/** `1 2 3 4 5 4 3 2 1`: up and down again. */
function turnsOnce(values: readonly number[]): boolean {
  let turns = 0;
  for (let index = 2; index < values.length; index++) {
    const [a = 0, b = 0, c = 0] = values.slice(index - 2, index + 1);
    if (c - b !== b - a) turns++;
  }
  return turns <= 1;
}

/** Amounts that rise or fall: round ones, or many of them. A phone number in three parts is none unless its parts are round by fifties. */
function isMenu(groups: readonly NumberGroup[]): boolean {
  if (groups.some(({ digits }) => digits.length > 6 || (digits.length > 1 && digits.startsWith('0')))) return false;
  const values = groups.map(({ digits }) => Number(digits));
  const rises = values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));
  const falls = values.every((value, index) => index === 0 || value < (values[index - 1] ?? 0));
  if ((!rises && !falls) || (rises && values[0] === 0)) return false;
  const shape = groups.map(({ digits }) => digits.length).join('');
  const unit = shape === '334' || shape === '333' ? 50 : 5;
  if (values.every((value) => value % unit === 0 || value < 10))
    return values.filter((value) => value % unit === 0).length * 2 > values.length;
  if (groups.length >= 6) return true;
  return groups.length >= 4 && groups.slice(1).every(({ gap }) => /[,/|;]/.test(gap));
}

/** `1 000 000 000`, `12.500.000`: three digits each after the first, and at least as round as a goal is. */
function isThousands(groups: readonly NumberGroup[]): boolean {
  const [first, ...others] = groups;
  if (first === undefined || first.digits.startsWith('0') || first.digits.length > 3) return false;
  const [separator] = others;
  if (!others.every(({ digits, gap }) => digits.length === 3 && gap === separator?.gap && /^[,.'’ \u00A0\u202F]$/.test(gap))) return false;
  return others.at(-1)?.digits === '000' || (separator?.gap === ',' && groups.length > 3);
}

function isYears(groups: readonly NumberGroup[]): boolean {
  return groups.every(({ digits }) => /^(?:19[5-9]\d|20\d\d)$/.test(digits));
}

/**
 * Times, days, prices or ranges of two or three parts: `8.00-12.00 14.00-18.00`, `24.12. 25.12.`, `18-22, 14-18`. The sign
 * inside a pair is never the one between pairs.
 */
function arePairs(groups: readonly NumberGroup[], size: 2 | 3): boolean {
  if (groups.length % size !== 0 || groups.length === size) return groups.length === size && isTuple(groups, size);
  for (let index = 0; index < groups.length; index += size) {
    const tuple = groups.slice(index, index + size);
    const inner = tuple[1]?.gap;
    if (index > 0 && tuple[0]?.gap === inner) return false;
    if (!isTuple(tuple, size)) return false;
  }
  return true;
}

function isTuple(tuple: readonly NumberGroup[], size: 2 | 3): boolean {
  const [a, b, c] = tuple;
  if (a === undefined || b === undefined) return false;
  if (size === 2) return isPair(a.digits, b.digits, b.gap);
  return c !== undefined && b.gap === c.gap && isTriple(a.digits, b.digits, c.digits, b.gap);
}

const between = (digits: string, low: number, high: number) =>
  digits.length <= String(high).length && Number(digits) >= low && Number(digits) <= high;

function isPair(a: string, b: string, gap: string): boolean {
  switch (gap.trim()) {
    case '.':
    case ',':
      return isTime(a, b) || isDay(a, b) || isRoundDecimal(a, b);
    case ':':
    case 'h':
      return isTime(a, b);
    case '/':
      return isDay(a, b) || isDay(b, a) || (between(a, 1, 20) && between(b, 1, 100));
    case '-':
    case '–':
    case '—':
    case '~':
      return isRange(a, b) || isDay(a, b) || isDay(b, a);
    default:
      return false;
  }
}

const isTime = (hour: string, minute: string) => between(hour, 0, 24) && minute.length === 2 && between(minute, 0, 59);
const isDay = (day: string, month: string) => between(day, 1, 31) && between(month, 1, 12);
/** Decimals as menus have them: hundredths that end in 0, 5 or 9. */
const isRoundDecimal = (whole: string, hundredths: string) => /^(?:0|[1-9]\d{0,3})$/.test(whole) && /^\d[059]$/.test(hundredths);
const isRange = (low: string, high: string) =>
  (between(low, 0, 24) && between(high, 0, 24)) ||
  (Number(low) < Number(high) && between(low, 1, 99) && between(high, 1, 120)) ||
  (isYear(low) && isYear(high));
const isYear = (digits: string) => /^(?:19|20)\d\d$/.test(digits);

function isTriple(a: string, b: string, c: string, gap: string): boolean {
  const sign = gap.trim();
  if (['.', '/', '-'].includes(sign) && c.length === 2 && (isDay(a, b) || isDay(b, a))) return true;
  // Bust, waist, hips in inches or centimetres.
  const measured = (low: number, high: number) => [a, b, c].every((part) => between(part, low, high));
  return ['-', '/', '–'].includes(sign) && (measured(20, 50) || measured(50, 130));
}
