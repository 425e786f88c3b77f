import everyDomain from 'tlds/index.json' with { type: 'json' };
import { folded, latinForm } from './folded.ts';
import { isFrequentWord, isParticle } from './vocabulary.ts';

/** Every top-level domain there is: IANA's list, as the package `tlds` carries it; also as they look beside Latin letters. */
const topLevelDomains = new Set(everyDomain.flatMap((domain) => [folded(domain).text, latinForm(domain)]));

/** Never read as a word of a sentence, although some language has such a word. */
const neverWords = new Set(['com', 'net', 'org', 'info', 'fans', 'cam', 'sexy', 'xxx', 'vip']);

/**
 * How much a top-level domain says by itself: `domain` (com, xyz, ru) is nothing else; `word` (horse, love) is also a word;
 * `particle` (so, it, me) begins sentences all the time.
 */
export type DomainStrength = 'domain' | 'word' | 'particle';

/** @returns null for what is no top-level domain. `c0m` and `n3t` are read as they are meant. */
export function strengthOfDomain(label: string): DomainStrength | null {
  // An ending in another alphabet, as the name system writes it (RFC 3492).
  if (/^xn--[a-z0-9-]{2,59}$/.test(label)) return 'domain';
  if (label.length > 24) return null;
  if (transliterated.has(label)) return 'domain';
  if (!topLevelDomains.has(label)) return isDisguisedCommon(label) ? 'domain' : null;
  if (neverWords.has(label)) return 'domain';
  if (isParticle(label)) return 'particle';
  return isFrequentWord(label) ? 'word' : 'domain';
}

/** Endings as Russian keyboards write them by ear. */
const transliterated = new Set(['ру', 'ком', 'орг', 'инфо'].map((ending) => folded(ending).text));

const disguised = new Set(['com', 'net', 'org', 'info', 'me', 'live', 'link', 'site', 'fans', 'club']);

function isDisguisedCommon(label: string): boolean {
  return (
    /\d/.test(label) &&
    /[a-z]/.test(label) &&
    disguised.has(label.replace(/[0134]/g, (digit) => ({ 0: 'o', 1: 'i', 3: 'e', 4: 'a' })[digit] ?? ''))
  );
}
