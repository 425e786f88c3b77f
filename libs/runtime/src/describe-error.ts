import { messageWithoutValues } from './redact.ts';

/** Also one of another realm: what `fetch` throws is no instance of the `Error` of a test or a vm. */
const isError = (value: unknown): value is Error => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

interface FormError extends Error {
  issues: { path: PropertyKey[]; code: string }[];
}

/** Of zod: says where a form is wrong. Its message may quote what was there. */
const isFormError = (error: Error): error is FormError =>
  error.name.endsWith('ZodError') && 'issues' in error && Array.isArray(error.issues);

/**
 * What an error says, in one line, without credentials. A connection that was refused says so in the errors inside it, not in its own
 * message.
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
