import type { PolicyFinding } from '@mood/domain';
import { sourceRange } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { messengerOf } from './messengers.ts';
import { mailServices } from './separators.ts';
import { isWord } from './vocabulary.ts';

/** Words as accounts are written: letters and digits, with dots, underscores and hyphens inside. */
const wordOrAccount = /[\p{L}\p{N}_$!@|](?:[\p{L}\p{N}_.$!@#-]*[\p{L}\p{N}_$])?/gu;

interface Piece {
  text: string;
  /** A messenger's name in two words, both of everyday language: `only fans`. */
  doubtful?: boolean;
  start: number;
  end: number;
}

/** Words that may stand between a messenger and the account: `insta is anna_x`, `my kik name: annax`. */
/** Those that name an account, so that what follows is one: `line id: anna`. */
const accountWords = new Set('id user username account acc handle nick usuario cuenta pseudo nome'.split(' '));
const fillers = new Set(
  'is my me u name id user username account acc handle nick at the ist heist mein name es mi nombre cuenta usuario est mon c pseudo e o meu nome мой ник here its add'.split(
    ' ',
  ),
);
/** Words that ask for an account to be looked up. */
const askWords = new Set(
  'add follow find dm text message write contact hit my our on me mein meine meinem mi mis mon mes meu minha folge folgt adde schreib sigue sigueme agrega siga segue ajoute suis suivez adiciona chama подпишись пиши мой моя добавь'.split(
    ' ',
  ),
);
/** Words between an account and its messenger: `anna_x on insta`. */
const onWords = new Set('on at in @ auf bei en sur no na in su в на for per via'.split(' '));
const followWords = new Set('follow add dm find contact folge folgt sigue sigueme siga segue suivez подпишись'.split(' '));
const asWords = new Set('as als como sous come under unter как'.split(' '));

const partOfHandle = /[@:=/\d_.$➡👉→>-]|\s/u;

/**
 * Finds accounts elsewhere: the name of a messenger or platform with an account (`insta: anna_x`, `tg @anna`, `anna_x on kik`),
 * and an account that somebody is asked to follow.
 */
export function* findHandles(folded: MappedText): Generator<PolicyFinding> {
  const { text } = folded;
  if (!partOfHandle.test(text)) return;
  const pieces = withJoinedNames(
    text,
    Array.from(text.matchAll(wordOrAccount), (match) => ({ text: match[0], start: match.index, end: match.index + match[0].length })),
  );
  for (let index = 0; index < pieces.length; index++) {
    const range = handleAt(text, pieces, index);
    if (range !== null) yield { kind: 'handle', ...sourceRange(folded, ...range) };
  }
}

/** `tele gram`, `whats app`, `g mail`: two neighbours that together name a messenger become one piece. */
function withJoinedNames(text: string, words: readonly Piece[]): Piece[] {
  const pieces: Piece[] = [];
  for (const word of words) {
    const before = pieces.at(-1);
    if (before !== undefined && word.start - before.end <= 2 && isNameTogether(before.text, word.text) && text.charAt(before.end) === ' ') {
      pieces[pieces.length - 1] = {
        text: before.text + word.text,
        start: before.start,
        end: word.end,
        doubtful: isWord(before.text) && isWord(word.text),
      };
    } else pieces.push(word);
  }
  return pieces;
}

const shortestJoinedName = 5;
const longestJoinedName = 16;

function isNameTogether(first: string, second: string): boolean {
  const { length } = first + second;
  if (length < shortestJoinedName || length > longestJoinedName || messengerOf(second) !== null || /[^\p{L}]/u.test(first)) return false;
  return messengerOf(first + second) !== null;
}

function handleAt(text: string, pieces: readonly Piece[], index: number): [number, number] | null {
  const piece = pieces[index];
  if (piece === undefined) return null;
  const glued = gluedHandle(piece);
  if (glued !== null) return glued;
  const certainty = piece.doubtful === true ? 'ambiguous' : (messengerOf(piece.text) ?? messengerInParts(piece.text));
  if (certainty !== null) return accountAfter(text, pieces, index, certainty) ?? accountBefore(text, pieces, index, certainty);
  return asked(pieces, index);
}

/** `te.le.gram`, `in-sta`. */
function messengerInParts(word: string): 'own' | null {
  if (!/[._-]/.test(word) || word.length > 20) return null;
  return messengerOf(word.replace(/[._-]/g, '')) === 'own' ? 'own' : null;
}

/** `onlyfans@anna`, `insta-anna_99`. Letters alone after a hyphen are a compound: `Insta-Story`. */
function gluedHandle({ text: word, start, end }: Piece): [number, number] | null {
  const hyphen = word.indexOf('-');
  if (hyphen > 0 && messengerOf(word.slice(0, hyphen)) === 'own' && /[\d_]/.test(word) && looksLikeAccount(word.slice(hyphen + 1)))
    return [start, end];
  const at = word.indexOf('@');
  if (at < 1) return null;
  const certainty = messengerOf(word.slice(0, at));
  const account = word.slice(at + 1);
  return certainty === 'own' && isName(account) ? [start, end] : null;
}

function accountAfter(text: string, pieces: readonly Piece[], index: number, certainty: 'own' | 'ambiguous'): [number, number] | null {
  const messenger = pieces[index];
  if (messenger === undefined) return null;
  let signed = false;
  let filled = false;
  let named = false;
  let previous = messenger;
  for (let next = index + 1; next <= index + 4; next++) {
    const piece = pieces[next];
    if (piece === undefined) return null;
    const gap = text.slice(previous.end, piece.start);
    if (gap.length > 8 || /[!?;]|\.\s/.test(gap)) return null;
    signed ||= /[:=>→➡👉/]|\s[-–—]\s?$|\p{Extended_Pictographic}/u.test(gap) || piece.text.startsWith('@') || piece.text.startsWith('$');
    const account = piece.text.replace(/^[@$]+/, '');
    if ((isFiller(piece.text) || text.charAt(piece.end) === ':') && next < index + 4) {
      filled = true;
      named ||= accountWords.has(piece.text);
      previous = piece;
      continue;
    }
    const range: [number, number] = [messenger.start, piece.end];
    if (piece.text.startsWith('@') && isName(account)) return range;
    if (looksLikeAccount(account))
      return certainty === 'own' ||
        signed ||
        ((filled || text.slice(messenger.end, piece.start) === ' ') && !isAmbiguousWithoutAccount(messenger.text))
        ? range
        : null;
    if (!isName(account) || isWord(account) || messengerOf(account) !== null) return null;
    if (signed && (certainty === 'own' || named || !isAmbiguousWithoutAccount(messenger.text))) return range;
    return certainty === 'own' && isAskedFor(pieces, index) && endsHere(text, piece.end) ? range : null;
  }
  return null;
}

/** Mail services whose names are no words: an account before one is an address. */
const mailNames = new Set(mailServices.split('|').filter((name) => name !== 'proton' && name !== 'outlook'));

/** `x: anna`, `line: anna`, `of: anna` could mean anything; `ig: anna` could not. */
const isAmbiguousWithoutAccount = (name: string) => ['x', 'of', 'line', 'signal', 'email', 'threads', 'steam', 'zap'].includes(name);

function accountBefore(text: string, pieces: readonly Piece[], index: number, certainty: 'own' | 'ambiguous'): [number, number] | null {
  const messenger = pieces[index];
  const on = pieces[index - 1];
  if (messenger === undefined || on === undefined) return null;
  const next = pieces[index + 1];
  if (
    /^[@$]/.test(on.text) &&
    isName(on.text.slice(1)) &&
    /^\s{0,2}$/.test(text.slice(on.end, messenger.start)) &&
    !isAmbiguousWithoutAccount(messenger.text)
  )
    return [on.start, messenger.end];
  // `anna//gmail`, `anna + gmail`
  if (
    mailNames.has(messenger.text) &&
    isName(on.text) &&
    !isWord(on.text) &&
    messengerOf(on.text) === null &&
    /^\s?(?:\/\/|[+*])\s?$/.test(text.slice(on.end, messenger.start))
  )
    return [on.start, messenger.end];
  // `anna.rose99 (gmail)`
  if (mailNames.has(messenger.text) && looksLikeAccount(on.text) && /^[\s([{<|,/-]{1,4}$/.test(text.slice(on.end, messenger.start)))
    return [on.start, messenger.end];
  const account =
    onWords.has(on.text) || /^\s?@\s?$/.test(text.slice(on.end, messenger.start))
      ? onWords.has(on.text)
        ? pieces[index - 2]
        : on
      : undefined;
  if (account !== undefined && text.slice(account.end, on.start).length <= 3) {
    const name = account.text.replace(/^@/, '');
    const start = signBefore(text, account.start) ?? account.start;
    const isMarked = account.text.startsWith('@') || (start < account.start && !isWord(name));
    if (looksLikeAccount(name) || (isMarked && isName(name))) return [start, messenger.end];
    if (certainty === 'own' && isName(name) && !isWord(name) && askWords.has(pieces[index - 3]?.text ?? ''))
      return [account.start, messenger.end];
  }
  const named = pieces[index + 2];
  if (next !== undefined && named !== undefined && asWords.has(next.text) && isName(named.text) && !isWord(named.text))
    return [messenger.start, named.end];
  return null;
}

/** Where the `@` stands that is written apart from its account: `@ anna on kik`. */
function signBefore(text: string, start: number): number | null {
  const sign = /@ {1,2}$/.exec(text.slice(Math.max(0, start - 5), start));
  return sign === null ? null : start - sign[0].length;
}

/** `follow me @anna_x`, and a text that is nothing but an account. */
function asked(pieces: readonly Piece[], index: number): [number, number] | null {
  const piece = pieces[index];
  if (piece === undefined || !piece.text.startsWith('@') || !isName(piece.text.slice(1)) || isWord(piece.text.slice(1))) return null;
  const before = pieces.slice(Math.max(0, index - 3), index).map((word) => word.text);
  if (before.some((word) => followWords.has(word))) return [piece.start, piece.end];
  return pieces.length === 1 && looksLikeAccount(piece.text.slice(1)) ? [piece.start, piece.end] : null;
}

function isAskedFor(pieces: readonly Piece[], index: number): boolean {
  return (
    pieces.slice(Math.max(0, index - 2), index).some((piece) => askWords.has(piece.text)) ||
    pieces.slice(index + 1, index + 2).some((piece) => piece.text === 'me') ||
    index === 0
  );
}

function isFiller(word: string): boolean {
  return fillers.has(word);
}

const isName = (word: string) => /^[\p{L}_][\p{L}\p{N}_.#-]{2,39}$/u.test(word);

/** A word with a digit, an underscore or a dot inside: no word of a language, nor a time or an ordinal. */
function looksLikeAccount(word: string): boolean {
  if (!isName(word)) return false;
  const parts = word.split(/[._-]/);
  if (/[\d_#]/.test(word)) return !/^(?:v\d|h2o|mp3|mp4|ps\d|4k|hd)$/.test(word);
  return parts.length > 1 && word.includes('.') && !parts.every((part) => isWord(part)) && !word.endsWith('.');
}

function endsHere(text: string, index: number): boolean {
  return !/^\s*[\p{L}\p{N}]/u.test(text.slice(index, index + 4));
}
