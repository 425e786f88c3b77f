import { DomainError } from '../errors.ts';

/** What platform policy can forbid: contact data of four kinds, and words. */
export const policyKinds = ['email', 'phone', 'url', 'handle', 'listed_word'] as const;

export type PolicyKind = (typeof policyKinds)[number];

/** One place in a text that platform policy forbids. */
export interface PolicyFinding {
  kind: PolicyKind;
  /** UTF-16 index of the first offending character. */
  index: number;
  length: number;
}

/** A text holds what the content policy forbids. */
export class ContentRefused extends DomainError {
  override readonly name = 'ContentRefused';
  /** Of what was found first. */
  readonly kind: PolicyKind;

  constructor(message: string, kind: PolicyKind) {
    super('INVALID_CUSTOM_MESSAGE', message);
    this.kind = kind;
  }
}

/** Finds contact data and listed words. Pure: the same text always gives the same findings. */
export interface ContentPolicy {
  /** @returns everything, in order of place. */
  inspect(text: string): PolicyFinding[];
  /** Stops at the first finding that it meets, which need not be the first in the text. @returns null when the text may be sent. */
  findFirst(text: string): PolicyFinding | null;
}

const words: Readonly<Record<PolicyKind, { one: string; many: string }>> = {
  email: { one: 'an e-mail address', many: 'e-mail addresses' },
  phone: { one: 'a phone number', many: 'phone numbers' },
  url: { one: 'a link', many: 'links' },
  handle: { one: 'an account elsewhere', many: 'accounts elsewhere' },
  listed_word: { one: 'a word that the platform does not allow', many: 'words that the platform does not allow' },
};

/** UTF-16 units of a passage that a message shows; a longer one is cut. */
const shownLength = 60;
const shownPassages = 3;

/** @returns the passage in the words of the text, cut when it is long. */
function passageOf(text: string, { index, length }: PolicyFinding): string {
  const passage = text.slice(index, index + length).replace(/\s+/g, ' ');
  return passage.length > shownLength ? `${passage.slice(0, shownLength).replace(/[\uD800-\uDBFF]$/, '')}…` : passage;
}

/** @returns `a link ("evil.com")` */
export const describeFinding = (text: string, finding: PolicyFinding): string =>
  `${words[finding.kind].one} ("${passageOf(text, finding)}")`;

/** @returns `links ("evil.com") or phone numbers ("555-0123", …)`, each kind once. */
export function describeFindings(text: string, findings: readonly PolicyFinding[]): string {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const passages = [...new Set(findings.filter((finding) => finding.kind === kind).map((finding) => `"${passageOf(text, finding)}"`))];
      const more = passages.length > shownPassages ? ', …' : '';
      return `${words[kind].many} (${passages.slice(0, shownPassages).join(', ')}${more})`;
    })
    .join(' or ');
}
