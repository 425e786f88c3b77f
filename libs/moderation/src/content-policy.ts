import type { ContentPolicy, PolicyFinding, PolicyKind } from '@mood/domain';
import { policyKinds } from '@mood/domain';
import { isSupportedCountry } from 'libphonenumber-js';
import { LRUCache } from 'lru-cache';
import { findHandles } from './find-handles.ts';
import { findLinks } from './find-links.ts';
import { createWordFinder } from './find-listed-words.ts';
import { findPhoneNumbers } from './find-phone-numbers.ts';
import { folded } from './folded.ts';
import type { MappedText } from './mapped-text.ts';
import { withoutReversal } from './reversed-text.ts';
import { joinSpelledOut } from './spelled-out.ts';

export interface ContentPolicyOptions {
  /** The kinds that are looked for; all of them when not given. */
  refused?: readonly PolicyKind[];
  /** Words and phrases to refuse beside the English list, in any letter case. */
  listedWords?: readonly string[];
  /** Words and phrases to accept although a list has them. */
  allowedWords?: readonly string[];
  /** ISO 3166 code of the country whose numbers may stand without a country code; US when not given. */
  phoneCountry?: string;
}

/**
 * Finds e-mail addresses, links, phone numbers, accounts elsewhere and listed words, also in disguise. The text is brought to a
 * normal form first (`folded`), and joined where letters stand alone; then each kind is looked for. Linear in the length of the
 * text. Findings of one kind do not overlap.
 * @throws RangeError for an unknown phone country.
 */
export function createContentPolicy(options: ContentPolicyOptions = {}): ContentPolicy {
  const { refused = policyKinds, listedWords = [], allowedWords = [], phoneCountry = 'US' } = options;
  if (!isSupportedCountry(phoneCountry)) throw new RangeError(`there are no phone numbers of country "${phoneCountry}"`);
  const country = phoneCountry;
  const wanted = new Set(refused);
  const findListedWords = createWordFinder(listedWords, allowedWords);

  /** The cheap kinds first: whoever wants only the first finding stops there. */
  function* look(text: string): Generator<PolicyFinding> {
    const plain = folded(text);
    const joined = joinSpelledOut(plain);
    const views: MappedText[] = joined === null ? [plain] : [plain, joined];
    if (wanted.has('phone')) yield* findPhoneNumbers(plain, text, country);
    if (wanted.has('email') || wanted.has('url')) {
      for (const view of views) for (const finding of findLinks(view)) if (wanted.has(finding.kind)) yield finding;
    }
    if (wanted.has('handle')) for (const view of views) yield* findHandles(view);
    if (wanted.has('listed_word')) yield* findListedWords(plain, joined);
    const turned = withoutReversal(text);
    if (turned === null) return;
    // What is turned round is found as a whole: its letters stand elsewhere than they are read.
    for (const { kind } of look(turned.text)) yield { kind, index: turned.index, length: turned.length };
  }

  const findFirst = remembered((text) => look(text).next().value ?? null);
  return {
    inspect: (text) => (findFirst(text) === null ? [] : merged([...look(text)])),
    findFirst,
  };
}

/** UTF-16 units of a text that is remembered: messages of performers and names of users are shorter, contents of templates are not. */
const maxRememberedLength = 400;
/** UTF-16 units of all texts together, about 4 MiB. */
const maxRemembered = 2_000_000;

/** Names and messages come again and again, and a look costs a tenth of a change of mood. Least recently used ones are forgotten. */
function remembered(find: (text: string) => PolicyFinding | null): (text: string) => PolicyFinding | null {
  const known = new LRUCache<string, { first: PolicyFinding | null }>({
    maxSize: maxRemembered,
    maxEntrySize: maxRememberedLength,
    sizeCalculation: (_, text) => text.length + 1,
  });
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.first;
    const first = find(text);
    known.set(text, { first });
    return first;
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
