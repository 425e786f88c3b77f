import { isNativeError } from 'node:util/types';
import { errorCode } from './error-code.ts';
import { messageWithoutValues } from './redact.ts';

const maxCauses = 3;

/**
 * The fields of an error that are logged; no others. A database error can carry its whole connection, password included, and the values of
 * a row in `detail` and `where`.
 */
export function serializeError(error: unknown, causes = 0): Record<string, unknown> {
  if (!isNativeError(error) && !(error instanceof Error))
    return { type: typeof error, message: 'something was thrown that is not an error' };
  const code = errorCode(error);
  return {
    type: error.name,
    message: messageWithoutValues(error),
    ...(code !== undefined && { code }),
    stack: framesOf(error),
    ...(error.cause !== undefined && causes < maxCauses && { cause: serializeError(error.cause, causes + 1) }),
  };
}

/** The places alone: what a stack begins with is the message, as it was. */
function framesOf(error: Error): string {
  const stack = error.stack ?? '';
  const end = stack.lastIndexOf(error.message);
  return stack
    .slice(end === -1 ? 0 : end + error.message.length)
    .split('\n')
    .filter((line) => /^ +at /.test(line))
    .map((line) => line.trim())
    .join('\n');
}
