/** What a command was given to work on is not as it should be: files, a database, keys. The message says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The command was not understood. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}
