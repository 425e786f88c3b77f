/** One place in a text that platform policy forbids. */
export interface PolicyFinding {
  kind: 'email' | 'phone' | 'url' | 'listed_word';
  /** UTF-16 index of the first offending character. */
  index: number;
  length: number;
}

/** Finds contact data and listed words. Pure: the same text always gives the same findings, in order of place. */
export interface ContentPolicy {
  inspect(text: string): PolicyFinding[];
}

const words: Readonly<Record<PolicyFinding['kind'], { one: string; many: string }>> = {
  email: { one: 'an e-mail address', many: 'e-mail addresses' },
  phone: { one: 'a phone number', many: 'phone numbers' },
  url: { one: 'a link', many: 'links' },
  listed_word: { one: 'a word that the platform does not allow', many: 'words that the platform does not allow' },
};

/** @returns `a link` */
export const describeFinding = ({ kind }: PolicyFinding): string => words[kind].one;

/** @returns `links or phone numbers`, each kind once. */
export function describeFindings(findings: readonly PolicyFinding[]): string {
  return [...new Set(findings.map(({ kind }) => words[kind].many))].join(' or ');
}
