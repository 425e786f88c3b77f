/** The system cannot be started or go on. The message says what to do; it needs no stack trace. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** The code of a file system or network error; undefined for any other value. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** A process that runs and has not said that it is ready. */
export class NotReadyInTime extends LaunchError {}
