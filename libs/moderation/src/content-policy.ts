import type { ContentPolicy, PolicyFinding } from '@mood/domain';
import { isSupportedCountry } from 'libphonenumber-js';
import { findLinks } from './find-links.ts';
import { createWordFinder } from './find-listed-words.ts';
import { findPhoneNumbers } from './find-phone-numbers.ts';
import { folded } from './mapped-text.ts';

export interface ContentPolicyOptions {
  /** Words and phrases to refuse beside the English list, in any letter case. */
  listedWords?: readonly string[];
  /** Words and phrases to accept although a list has them. */
  allowedWords?: readonly string[];
  /** ISO 3166 code of the country whose numbers may stand without a country code; US when not given. */
  phoneCountry?: string;
}

/**
 * Finds e-mail addresses, links, phone numbers and listed words, also in the usual disguises: full-width characters,
 * accents, invisible characters, `name (at) mail (dot) com`, `sh1t`. Findings of one kind do not overlap.
 * @throws RangeError for an unknown phone country.
 */
export function createContentPolicy(options: ContentPolicyOptions = {}): ContentPolicy {
  const { listedWords = [], allowedWords = [], phoneCountry = 'US' } = options;
  if (!isSupportedCountry(phoneCountry)) throw new RangeError(`there are no phone numbers of country "${phoneCountry}"`);
  const findListedWords = createWordFinder(listedWords, allowedWords);
  return {
    inspect(text) {
      const plain = folded(text);
      return merged([...findLinks(plain), ...findPhoneNumbers(plain, phoneCountry), ...findListedWords(plain)]);
    },
  };
}

/** Sorts by place and joins findings of one kind that overlap. */
function merged(findings: PolicyFinding[]): PolicyFinding[] {
  const last = new Map<PolicyFinding['kind'], PolicyFinding>();
  const result: PolicyFinding[] = [];
  for (const finding of findings.toSorted((a, b) => a.index - b.index || b.length - a.length)) {
    const before = last.get(finding.kind);
    if (before !== undefined && finding.index < before.index + before.length) {
      before.length = Math.max(before.length, finding.index + finding.length - before.index);
      continue;
    }
    last.set(finding.kind, finding);
    result.push(finding);
  }
  return result;
}
