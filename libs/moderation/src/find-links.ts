import type { PolicyFinding } from '@mood/domain';
import { linkifyit } from 'linkify-it';
import type { Match } from 'linkify-it';
import { sourceRange, substituted } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { popularTopLevelDomains, wordTopLevelDomains } from './top-level-domains.ts';

const linkifier = linkifyit({ fuzzyLink: true, fuzzyEmail: true }).tlds([...popularTopLevelDomains, ...wordTopLevelDomains], true);
const wordDomains: ReadonlySet<string> = new Set(wordTopLevelDomains);

/** linkify-it knows the common protocols; this finds the rest, such as `tg://` and `hxxps://`. */
const anyProtocol = /(?<![a-z0-9])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/]\S{0,500}/g;
/** Addresses at well-known mail services whose ending was left out. */
const knownMailbox = /(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton|protonmail|gmx|aol)\b/g;

/** No link, no address and no disguise of one does without all of these. */
const partOfLink = /[.@:/([{<]|dot/;

/** Finds links and e-mail addresses in folded text, also those spelled `name (at) mail (dot) com` or `mail dot com`. */
export function findLinks(folded: MappedText): PolicyFinding[] {
  if (!partOfLink.test(folded.text)) return [];
  const spelledOut = withoutDisguise(folded);
  const finding = (kind: 'email' | 'url', start: number, end: number): PolicyFinding => ({ kind, ...sourceRange(spelledOut, start, end) });
  const { text } = spelledOut;
  return [
    ...(linkifier.match(text) ?? [])
      .filter(isLink)
      .map((match) => finding(match.schema === 'mailto:' ? 'email' : 'url', match.index, match.lastIndex)),
    ...[...text.matchAll(anyProtocol)].map((match) => finding('url', match.index, match.index + match[0].length)),
    ...[...text.matchAll(knownMailbox)].map((match) => finding('email', match.index, match.index + match[0].length)),
  ];
}

function withoutDisguise(folded: MappedText): MappedText {
  let text = substituted(folded, /\s{0,3}[([{<]\s{0,3}(?:at|@)\s{0,3}[)\]}>]\s{0,3}/g, '@');
  text = substituted(text, /\s{0,3}[([{<]\s{0,3}(?:dot|\.)\s{0,3}[)\]}>]\s{0,3}/g, '.');
  text = substituted(text, /(?:\s{1,3}dot\s{1,3}|\s{1,3}\.\s{0,3}|\.\s{1,3})(?=(?:com|net|org)\b)/g, '.');
  return substituted(text, /(?<=[a-z0-9])(?:\s{1,3}@\s{0,3}|@\s{1,3})(?=[a-z0-9-]{1,63}\.[a-z])/g, '@');
}

function isLink(match: Match): boolean {
  const bareDomain = match.schema === '' && /^[^./:?#@]+\.([a-z]+)$/.exec(match.raw);
  return !bareDomain || !wordDomains.has(bareDomain[1] ?? '');
}
