import { folded } from './folded.ts';
import { substituted } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';

/** How "dot" and "at" are said in the languages of the platform. Those that are words of their own count in brackets only. */
const dots = inFoldedForm(
  'dot d0t punkt punto ponto point kropka stip nokta точка tochka крапка tečka bodka punct prikk piste tačka τελεία ドット 点 닷',
);
const ats = inFoldedForm(
  'at arroba małpa собака sobaka chiocciola apenstaartje klammeraffe arobase zavináč kukac snabela snabel-a krøllalfa miukumauku παπάκι アット 골뱅이',
);

/** As an alternation. Each word for itself: beside Latin letters those of other alphabets would become Latin ones. */
function inFoldedForm(words: string): string {
  return words
    .split(' ')
    .map((word) => folded(word).text)
    .join('|');
}

/** Mail services whose ending is often left out. */
export const mailServices =
  'gmail|g-mail|googlemail|yahoo|ymail|hotmail|outlook|icloud|proton|protonmail|gmx|aol|yandex|zoho|tutanota|posteo|laposte|libero|rambler|gmai1|hotmai1';

const brackets = (inside: string) =>
  new RegExp(`\\s{0,3}(?:[(\\[{<*]|(?<=\\w)[-_~]|\\s[-_~])\\s{0,3}(?:${inside})\\s{0,3}(?:[)\\]}>*]|[-_~](?=\\w)|[-_~]\\s)\\s{0,3}`, 'gu');

/** Stands for a dot that was written in brackets, or said before an ending: surely one of an address. */
export const sureDot = '\u2027';
/** Stands for a dot with blanks around it, or said between words: perhaps one of an address. */
export const doubtfulDot = '\u2024';

const ends = '(?![\\p{L}\\d])';
const inside = '(?<=[\\p{L}\\d])';
const endings = '(?:com|c0m|net|org|info|xyz|ru|de|at|ch|tv|gg|io|live|link|club|site|fans|co)';

/** Signs that somebody who writes about two things does not put between them: `anna🔴com`, `anna~com`. */
const signForDot = String.raw`(?:[*~^=•°|_]|\p{Extended_Pictographic}){1,3}`;
const dottedByAnySign = 'com|c0m|net|org';
/** In Portuguese "com" means "with", and a word follows: `beijos❤com amor`. */
const noWordAfter = String.raw`(?![\p{L}\d]|\s{0,3}\p{L})`;
const signedDot = new RegExp(
  `${inside}(?:${signForDot}|\\s[|•⚫●]\\s)(?=(?:com|c0m)${noWordAfter})|(?<=${mailServices})${signForDot}(?=(?:${dottedByAnySign})${noWordAfter})`,
  'gu',
);
/** `tinyurl com/anna`, `gmail com`. */
const missingDot = new RegExp(
  `${inside}\\s{1,2}(?=(?:com|c0m|net|org|gg|ly)/[\\p{L}\\d])|(?<=${mailServices})\\s{1,2}(?=(?:com|c0m)${noWordAfter})`,
  'gu',
);
/** `anna dotcom`. */
const dotcom = new RegExp(`${inside}\\s{1,2}dot(?=(?:com|c0m)${noWordAfter})`, 'gu');
/** `anna . cam`, and nothing after it. */
const lastSpacedDot = new RegExp(`${inside}\\s{1,3}\\.\\s{1,3}(?=\\p{L}{2,24}[^\\p{L}\\p{N}]{0,8}$)`, 'gu');

const bracketedAt = brackets(`${ats}|@`);
const bracketedLetterA = /(?<=[\p{L}\d])\s{0,3}[([{<]\s?(?:a|æt)\s?[)\]}>]\s{0,3}(?=\p{L})/gu;
/** `Alt-Punkt-Design`: of a compound, unless the ending is one that is no word. */
const compound = `(?!-(?:punkt|punto|ponto|point|punct)-(?!${endings}${ends}))`;
const bracketedDot = new RegExp(`${compound}${brackets(`${dots}|\\.`).source}`, 'gu');
const dotBeforeEnding = new RegExp(
  `${inside}(?<!(?<!\\p{L})(?:the|a|an|this|that))\\s{1,3}(?:dot|d0t|punkt)\\s{1,3}(?=${endings}${ends})`,
  'gu',
);
const spokenDot = new RegExp(`${inside}\\s{1,3}(?:${dots})\\s{1,3}(?=\\p{L})`, 'gu');
const spacedDot = new RegExp(`${inside}(?:\\s{1,3}\\.\\s{0,3}|\\.\\s{1,3})(?=${endings}${ends})`, 'gu');
const commaDot = new RegExp(`${inside},(?=(?:com|net|org)${ends})`, 'gu');
const spokenAt = new RegExp(`${inside}\\s{1,3}(?:${ats}|chez|bei)\\s{1,3}(?=(?:${mailServices})${ends})`, 'gu');
const spokenSign = new RegExp(`${inside}\\s{1,3}(?:${ats.replace('at|', '')})\\s{1,3}(?=\\p{L})`, 'gu');
const glued = new RegExp(`at(?=(?:${mailServices})(?:dot|\\.|${signForDot})(?:${dottedByAnySign}))`, 'gu');
const gluedDot = new RegExp(`(?<=${mailServices})dot(?=com|net|de|org)`, 'g');
const spacedAt = new RegExp(
  `${inside}(?:\\s{1,3}@\\s{0,3}|@\\s{1,3})(?=(?:${mailServices})${ends}|[\\p{L}\\d-]{1,63}[.${sureDot}${doubtfulDot}]\\p{L})`,
  'gu',
);
const spokenSlash = /(?<=[\p{L}\d])\s{1,3}(?:slash|schragstrich|barra)\s{1,3}(?=[\p{L}\d])/gu;

/** No disguise of a separator does without one of these. */
const partOfDisguise = new RegExp(`[@.,(\\[{<*]|${dots}|${ats}|chez|bei|c[o0]m|net|org|\\s(?:gg|ly)/`, 'u');

/**
 * Writes the dots and at signs of addresses as such: `anna (at) mail [dot] com`, `mail punkt de`, `gmail . com`. What stands for
 * one in no address stays as it is, or does no harm: "at 5 dot 30" has no letters after the dot.
 */
export function withPlainSeparators(folded: MappedText): MappedText {
  if (!partOfDisguise.test(folded.text)) return folded;
  let text = substituted(folded, bracketedAt, '@');
  text = substituted(text, bracketedLetterA, '@');
  text = substituted(text, bracketedDot, sureDot);
  text = substituted(text, glued, '@');
  text = substituted(text, gluedDot, sureDot);
  text = substituted(text, dotBeforeEnding, sureDot);
  text = substituted(text, spokenDot, doubtfulDot);
  text = substituted(text, spacedDot, doubtfulDot);
  text = substituted(text, lastSpacedDot, doubtfulDot);
  text = substituted(text, commaDot, '.');
  text = substituted(text, signedDot, sureDot);
  text = substituted(text, missingDot, sureDot);
  text = substituted(text, dotcom, doubtfulDot);
  text = substituted(text, spokenAt, '@');
  text = substituted(text, spokenSign, '@');
  text = substituted(text, spokenSlash, '/');
  return substituted(text, spacedAt, '@');
}
