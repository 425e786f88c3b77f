import type { PolicyFinding } from '@mood/domain';
import { sourceRange } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { doubtfulDot, mailServices, sureDot, withPlainSeparators } from './separators.ts';
import { strengthOfDomain } from './top-level-domains.ts';
import { isFrequentWord, isParticle, isWord } from './vocabulary.ts';

const anyProtocol = /(?<![a-z0-9])[a-z][a-z0-9+.-]{1,20}:\/{2}[^\s/]\S{0,500}/g;
/** With blanks inside only the protocols that everybody knows. */
const spacedProtocol = /(?<![a-z0-9])(?:h[tx]{2}ps?|ftp|tg)\s{0,2}[[(]?:[\])]?\s{0,2}\/\s{0,2}\/\s{0,2}[^\s/]\S{0,500}/g;
const anyHost = /(?<![:/])\/\/[\p{L}\p{N}-]{1,63}\.\p{L}\S{0,500}/gu;
/** Labels and the dots between them. */
const dotted = new RegExp(`[\\p{L}\\p{N}_.${sureDot}${doubtfulDot}-]+`, 'gu');
const dot = new RegExp(`[.${sureDot}${doubtfulDot}]`);
const atSign = /@/g;
const spacedWww =
  /(?<![\p{L}\d])(?:(w\s?w\s?w)\s?[\s.,]|h[tx]{2}ps?[\s.,:/]{1,3})\s?([\p{L}\d-]{1,63})[\s.,]{1,3}(\p{L}{2,24})(?![\p{L}\d])/gu;

const services = new Set(mailServices.split('|'));
/** Words that send a reader to a page. */
const visitWords = new Set(
  'visit checkout join subscribe link links site website page url browse google besuch besucht besuche visita visite visitez visiten acesse zajdi заходи переходи'.split(
    ' ',
  ),
);
/** Where people are when they write "me@home". */
const places = new Set(
  'home work club beach bed gym office school uni bar party night noon midnight once least last first all heart'.split(' '),
);

/** Endings that are not sold and that addresses have all the same (RFC 2606, RFC 6762, RFC 7686). */
const reservedEndings = new Set(['example', 'test', 'invalid', 'localhost', 'local', 'internal', 'onion']);

const partOfLink = new RegExp(`[@.:/${sureDot}${doubtfulDot}]|www|w w w|h[tx]{2}p`);
/** Longest path that a finding shows. */
const maxPath = 500;

/** Finds links and e-mail addresses in folded text, however their dots and at signs are written. */
export function* findLinks(folded: MappedText): Generator<PolicyFinding> {
  const plain = withPlainSeparators(folded);
  const { text } = plain;
  if (!partOfLink.test(text)) return;
  const finding = (kind: 'email' | 'url', start: number, end: number): PolicyFinding => ({ kind, ...sourceRange(plain, start, end) });
  for (const { index } of text.matchAll(atSign)) {
    const address = addressAround(text, index);
    if (address !== null) yield finding('email', ...address);
  }
  for (const pattern of [anyProtocol, spacedProtocol, anyHost]) {
    for (const match of text.matchAll(pattern)) yield finding('url', match.index, match.index + withoutClosing(match[0]).length);
  }
  for (const match of text.matchAll(spacedWww)) {
    const [, www, host = '', ending = ''] = match;
    if (strengthOfDomain(ending) !== null && (www !== undefined || (/\p{L}/u.test(host) && !isWord(host))))
      yield finding('url', match.index, match.index + match[0].length);
  }
  for (const match of text.matchAll(dotted)) {
    for (const [start, end] of hostsIn(text, match[0], match.index)) yield finding('url', start, end);
  }
}

interface Label {
  text: string;
  start: number;
  end: number;
  /** The dot before it. */
  dot: string;
}

function* hostsIn(text: string, stretch: string, at: number): Generator<[number, number]> {
  if (!dot.test(stretch)) return;
  for (const labels of labelSequences(stretch, at)) {
    const end = endOfHost(text, labels);
    const [first] = labels;
    if (end === -1 || first === undefined || text.charAt(first.start - 1) === '@') continue;
    yield [first.start, end];
  }
}

/** Neighbours with one dot between them. `Hello...world` has two sequences of one label. */
function labelSequences(stretch: string, at: number): Label[][] {
  const sequences: Label[][] = [];
  let labels: Label[] = [];
  let start = 0;
  let before = '';
  for (let index = 0; index <= stretch.length; index++) {
    const character = stretch.charAt(index);
    if (index < stretch.length && !dot.test(character)) continue;
    const label = stretch.slice(start, index);
    if (/[\p{L}\p{N}]/u.test(label))
      labels.push({ text: label.replace(/^[-_]+|[-_]+$/g, ''), start: at + start, end: at + index, dot: before });
    else {
      if (labels.length > 1) sequences.push(labels);
      labels = [];
    }
    before = character;
    start = index + 1;
  }
  if (labels.length > 1) sequences.push(labels);
  return sequences;
}

/** @returns where the host and its path end; -1 when these labels are none. */
function endOfHost(text: string, labels: readonly Label[]): number {
  if (isAddressOfMachine(text, labels)) return endOfPath(text, labels.at(-1)?.end ?? 0);
  // Nobody writes `www.` before anything else, whatever it ends in.
  if (labels[0]?.text === 'www' && /\p{L}/u.test(labels[1]?.text ?? '')) return endOfPath(text, labels.at(-1)?.end ?? 0);
  for (let index = labels.length - 1; index > 0; index--) {
    const last = labels[index];
    const before = labels[index - 1];
    if (last === undefined || before === undefined) continue;
    const strength = strengthOfDomain(last.text);
    if (strength === null || !/\p{L}/u.test(before.text)) continue;
    if (isLink(text, labels.slice(0, index + 1), strength, index === labels.length - 1)) {
      return index === labels.length - 1 ? endOfPath(text, last.end) : last.end;
    }
  }
  return -1;
}

function isLink(text: string, labels: readonly Label[], strength: 'domain' | 'word' | 'particle', isLast: boolean): boolean {
  const last = labels.at(-1);
  const before = labels.at(-2);
  const [first] = labels;
  if (last === undefined || before === undefined || first === undefined) return false;
  if (last.dot === sureDot || first.text === 'www') return true;
  const hasPath = isLast && /^(?:\/[\p{L}\p{N}$@_~-]|:\d{2,5}(?!\d)|\?\w+=|#\w)/u.test(text.slice(last.end, last.end + 8));
  // `t dot me slash anna`
  if (last.dot === doubtfulDot && hasPath && !isWord(wordAfter(text, last.end))) return true;
  if (last.dot === doubtfulDot)
    return strength === 'domain' ? !isParticle(before.text) : strength === 'word' && !isWord(before.text) && before.text.length > 2;
  if (isAbbreviation(labels)) return false;
  const everyIsWord = labels.slice(0, -1).every((label) => isWord(label.text));
  if (hasPath && !(everyIsWord && strength !== 'domain' && isWord(wordAfter(text, last.end)))) return true;
  if (strength === 'domain') return !isMissingBlank(text, labels);
  if (isParticle(before.text) || measure.test(before.text)) return false;
  if (!everyIsWord) return labels.length > 2 || !isNameBeforeSentence(text, labels, strength);
  // Two words of everyday language: a blank is missing, unless they are all there is, or somebody is sent there.
  if (strength === 'particle') return false;
  return visitWords.has(wordBefore(text, first.start)) || (labels.length === 2 && isAlone(text, first.start, last.end));
}

/** `Bis bald.ch freu mich`, `haha.lol`: a word that ends sentences before an ending that is not widely used. */
function isMissingBlank(text: string, labels: readonly Label[]): boolean {
  const before = labels.at(-2);
  const last = labels.at(-1);
  if (before === undefined || last === undefined || labels.length > 2) return false;
  if (!isParticle(before.text) || before.text.length < 2) return false;
  return !/^(?:com|net|org|c0m|info|xyz)$/.test(last.text) && /^\s?$/.test(text.charAt(last.end));
}

/** `My name is Anna.it means grace`: a name at the end of a sentence, and another sentence after it. */
function isNameBeforeSentence(text: string, labels: readonly Label[], strength: 'word' | 'particle'): boolean {
  const [first] = labels;
  const last = labels.at(-1);
  if (first === undefined || last === undefined || strength !== 'particle' || /[\d_-]/.test(first.text)) return false;
  const next = wordAfter(text, last.end);
  return (
    next !== '' && isFrequentWord(next) && isFrequentWord(wordBefore(text, first.start)) && !visitWords.has(wordBefore(text, first.start))
  );
}

/** `Thanks for 1k.you rock`, `at 9pm.be there`. */
const measure = /^\d{1,5}(?:k|m|x|h|min|tk|st|nd|rd|th|am|pm)?$/;

/** `e.g`, `a.k.a`, `p.s.i`, `Mr.to`, `Nr.no`: single letters, and what is always followed by a full stop. */
function isAbbreviation(labels: readonly Label[]): boolean {
  if (labels.every((label) => label.text.length === 1)) return true;
  const before = labels.at(-2)?.text ?? '';
  return /^(?:mr|mrs|ms|dr|st|nr|prof|vs|vol|approx|etc|bzw|jr|sr|sgt|feat|ft|ca|ph|sra|sig|mme|mlle)$/.test(before);
}

/** An address in numbers counts as a link with a port or a path; without, it may be a version. */
function isAddressOfMachine(text: string, labels: readonly Label[]): boolean {
  if (labels.length !== 4 || !labels.every((label) => /^\d{1,3}$/.test(label.text) && Number(label.text) <= 255)) return false;
  const end = labels.at(-1)?.end ?? 0;
  return /^(?::\d{2,5}|\/)/.test(text.slice(end, end + 6)) || labels.reduce((sum, label) => sum + label.text.length, 0) >= 9;
}

function isAlone(text: string, start: number, end: number): boolean {
  return !/[\p{L}\p{N}]/u.test(text.slice(Math.max(0, start - 100), start)) && !/[\p{L}\p{N}]/u.test(text.slice(end, end + 100));
}

function wordBefore(text: string, index: number): string {
  return /(\p{L}+)[^\p{L}\p{N}]{0,3}$/u.exec(text.slice(Math.max(0, index - 30), index))?.[1] ?? '';
}

function wordAfter(text: string, index: number): string {
  return /^[^\p{L}\p{N}]{0,3}(\p{L}{1,30})/u.exec(text.slice(index, index + 34))?.[1] ?? '';
}

function endOfPath(text: string, index: number): number {
  const rest = text.slice(index, index + maxPath);
  const path = /^(?::\d{2,5})?(?:[/?#]\S*)?/.exec(rest)?.[0] ?? '';
  return index + withoutClosing(path).length;
}

/** Without the punctuation that ends a sentence. */
function withoutClosing(link: string): string {
  let end = link.length;
  while (end > 0 && '.,;:!?)]}>\'"'.includes(link.charAt(end - 1))) end--;
  return link.slice(0, end);
}

const localCharacter = /[\p{L}\p{N}._%+-]/u;
const hostCharacter = new RegExp(`[\\p{L}\\p{N}_.${sureDot}${doubtfulDot}-]`, 'u');
const maxLocal = 64;
const maxHost = 253;

/** @returns where the e-mail address around an at sign begins and ends; null when there is none. */
function addressAround(text: string, at: number): [number, number] | null {
  let start = at;
  while (start > 0 && at - start < maxLocal && localCharacter.test(text.charAt(start - 1))) start--;
  let end = at + 1;
  while (end < text.length && end - at < maxHost && hostCharacter.test(text.charAt(end))) end++;
  while (end > at + 1 && /[._-]/.test(text.charAt(end - 1))) end--;
  while (start < at && text.charAt(start) === '.') start++;
  const local = text.slice(start, at);
  const labels = text.slice(at + 1, end).split(dot);
  const [host = ''] = labels;
  if (local === '' || !/[\p{L}\p{N}]/u.test(local) || host === '') return null;
  if (text.slice(Math.max(0, start - 7), start) === 'mailto:') start -= 7;
  if (services.has(host)) return [start, end];
  if (labels.length > 1) {
    if (/^\d+$/.test(host) && labels.length === 2) return null;
    for (let count = labels.length; count > 1; count--) {
      const label = labels[count - 1] ?? '';
      if (strengthOfDomain(label) === null && !reservedEndings.has(label)) continue;
      return [start, at + 1 + labels.slice(0, count).join('.').length];
    }
  }
  // An ending that nobody sells: an address unless everyday words stand around the sign and a blank is missing.
  const ending = labels.at(-1) ?? '';
  const isSentence = isWord(local) && isWord(host) && host.length > 1;
  if (labels.length > 1 && /^\p{L}{2,24}$/u.test(ending) && !isSentence) return [start, end];
  // No ending: an address only when it is neither a time nor a place.
  if (labels.length > 1 || !/^\p{L}/u.test(host) || places.has(host) || host.length < 3) return null;
  return isWord(local) ? null : [start, end];
}
