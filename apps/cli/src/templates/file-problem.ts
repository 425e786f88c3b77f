/** The files or the place to work on are not as they should be. The message says what to do. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}
