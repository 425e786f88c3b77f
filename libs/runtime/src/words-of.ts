import { messageWithoutValues } from './redact.ts';

/**
 * What an error says, in one line, without credentials. A connection that was refused says so in the errors inside it, not in its own
 * message.
 */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  const words = messageWithoutValues(error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  if (words === '') return wordsOf(error.cause ?? error.name);
  return error.cause === undefined ? words : `${words} (${wordsOf(error.cause)})`;
}
