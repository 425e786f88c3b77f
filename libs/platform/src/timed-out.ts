/** The cause of a call that exceeded its time limit. */
export class TimedOut extends Error {
  override readonly name = 'TimeoutError';
}
