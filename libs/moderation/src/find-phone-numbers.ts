import type { PolicyFinding } from '@mood/domain';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';
import { digitRuns } from './digit-runs.ts';
import type { DigitGroup, DigitRun } from './digit-runs.ts';
import { folded as fold } from './folded.ts';
import { sourceRange } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { endOfSureNumber, isPlainNumbers } from './plain-numbers.ts';

/** Fewer digits than this are a date, a time, a price or a room, unless something says that they are called. */
const minDigits = 9;
/** With a country code, a leading zero, or the form of a local number such as 555-0123. */
const minMarkedDigits = 7;
/** After a word such as "call". */
const minCalledDigits = 6;

/** Words before a number that is to be called. */
const callWords = new Set(
  (
    'call calls text txt sms tel tele telephone telefon telefono phone fone cell cellphone mobile mobil handy handynummer dial number numero nummer номер num ' +
    'whatsapp whatsap watsapp wapp wa zap zapzap whats viber signal imessage facetime тел телефон звони звоните позвони пиши ватсап вотсап вайбер ' +
    'ruf anruf anrufen llama llamame llamen marca appelle appelez appel chiama chiamami liga ligue telefone bel zadzwon'
  )
    .split(' ')
    .map((word) => fold(word).text),
);
/** Units of what the last number counts. */
const unitWords = new Set(
  'tokens token tks tkns tk credits credit coins points point pts views viewers followers fans likes subs people users jetons creditos monedas fichas punkte aufrufe zuschauer euro euros eur usd dollars bucks'.split(
    ' ',
  ),
);
/** A version, a song or a game has its number of its own. */
const nameWords = new Set('version windows ios android build v'.split(' '));

/** Bounds the calls of libphonenumber: a hostile text has as many short runs as it likes. */
const maxLookUps = 8;

/**
 * Finds phone numbers in folded text: runs of digits, however they are written and whatever signs stand between them, that are no
 * row of plain numbers. Shorter ones count with a country code, a leading zero, after a word such as "call", or when they are a
 * valid number of the country.
 */
export function* findPhoneNumbers(folded: MappedText, source: string, country: CountryCode): Generator<PolicyFinding> {
  let lookUps = 0;
  const isNumberOf = (digits: string) => ++lookUps <= maxLookUps && (parsePhoneNumberFromString(digits, country)?.isValid() ?? false);
  const original = (index: number) => source.charAt(folded.starts[index] ?? 0);
  for (const run of digitRuns(folded.text, original)) {
    const called = run.before.some((word) => callWords.has(word));
    if (count(run.groups) < minCalledDigits) continue;
    for (const part of withoutSureNumbers(folded.text, run)) {
      const [first] = part;
      const last = part.at(-1);
      if (first === undefined || last === undefined) continue;
      if (isPhoneNumber(folded.text, part, run, { called, isNumberOf })) {
        yield { kind: 'phone', ...sourceRange(folded, startWithSign(folded.text, first.start), last.end) };
      }
    }
  }
}

function isPhoneNumber(
  text: string,
  part: readonly DigitGroup[],
  run: DigitRun,
  { called, isNumberOf }: { called: boolean; isNumberOf: (digits: string) => boolean },
): boolean {
  const digits = part.map((group) => group.digits).join('');
  const [first] = part;
  if (first === undefined || digits.length < minCalledDigits) return false;
  const numbers = part.map((group, index) => ({ digits: group.digits, gap: text.slice(part[index - 1]?.end ?? group.start, group.start) }));
  if (isPlainNumbers(numbers, { called }) || nameWords.has(run.before.at(-1) ?? '')) return false;
  const counted = part.at(-1) === run.groups.at(-1) && run.after !== null && unitWords.has(run.after);
  if (counted && part.length <= 2 && digits.length <= 9) return false;
  if (digits.length >= minDigits || called) return true;
  if (digits.length < minMarkedDigits) return false;
  const isMarked = /\+\s?\(?$/.test(text.slice(Math.max(0, first.start - 3), first.start)) || /^0\d/.test(first.digits);
  if (isMarked || (part.every(({ plain }) => !plain) && part.length > 6)) return true;
  if (part.length === 2 && /^\d{3}$/.test(first.digits) && digits.length === 7 && /^\s?[-.–]\s?$/.test(numbers[1]?.gap ?? ''))
    return !digits.endsWith('00');
  return part.length <= 5 && isNumberOf(digits);
}

/** Takes dates, times and amounts out of a run, and gives what stands between them. */
function* withoutSureNumbers(text: string, { groups }: DigitRun): Generator<DigitGroup[]> {
  let part: DigitGroup[] = [];
  let sureUntil = 0;
  for (const group of groups) {
    if (group.start < sureUntil) continue;
    const end = group.plain ? endOfSureNumber(text, group.start) : -1;
    if (end === -1) {
      part.push(group);
      continue;
    }
    sureUntil = end;
    yield part;
    part = [];
  }
  yield part;
}

/** With the plus of a country code. */
function startWithSign(text: string, start: number): number {
  const sign = /\+\(?$/.exec(text.slice(Math.max(0, start - 2), start));
  return start - (sign?.[0].length ?? 0);
}

function count(groups: readonly DigitGroup[]): number {
  return groups.reduce((sum, { digits }) => sum + digits.length, 0);
}
