/** The system cannot be started or go on. The message says what to do; it needs no stack trace. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** A process that runs and has not said that it is ready. */
export class NotReadyInTime extends LaunchError {}
