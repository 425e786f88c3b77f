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
