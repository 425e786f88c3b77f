import { messageWithoutValues } from './redact.ts';

/** Whether a value is an error, also one of another realm: errors of `fetch` are not instances of the `Error` of a vm or a test. */
const isError = (value: unknown): value is Error => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

interface FormError extends Error {
  issues: { path: PropertyKey[]; code: string }[];
}

/** A ZodError. Its message may quote the invalid value, so only paths and codes are shown. */
const isFormError = (error: Error): error is FormError =>
  error.name.endsWith('ZodError') && 'issues' in error && Array.isArray(error.issues);

/**
 * An error in one line, with its causes and without credentials. For a refused connection the reason stands in the inner errors of an
 * AggregateError, not in its own message.
 */
export function describeError(error: unknown): string {
  if (!isError(error)) return String(error);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.map(describeError).join('; ');
  if (isFormError(error)) return error.issues.map(({ path, code }) => `${path.join('.') || 'value'}: ${code}`).join('; ');
  const words = messageWithoutValues(error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  if (words === '') return describeError(error.cause ?? error.name);
  return error.cause === undefined ? words : `${words} (${describeError(error.cause)})`;
}
