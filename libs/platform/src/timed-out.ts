/** The cause of a call's failure: its time was over. */
export class TimedOut extends Error {
  override readonly name = 'TimeoutError';
}
