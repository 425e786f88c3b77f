/** The system cannot start or continue. The message says what to do, so no stack is shown. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** A process is running and has not become ready in time. */
export class NotReadyInTime extends LaunchError {}
