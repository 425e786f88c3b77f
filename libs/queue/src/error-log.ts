import { createProblemLog, describeError } from '@mood/runtime';
import type { Logger } from '@mood/runtime';

const message = 'queue store trouble';

/**
 * While a store is down every part that talks to it fails several times a second.
 * @returns a function that logs a failure by the rule of `createProblemLog`. Only its words: pg hangs the whole connection on its errors.
 * @param isSaidElsewhere errors that another part of the process logs: here they are written at the level debug.
 */
export function createErrorLog(
  logger: Logger | undefined,
  isSaidElsewhere: (error: unknown) => boolean = () => false,
): (part: string, error: unknown) => void {
  const tellProblem = createProblemLog(logger, message);
  return (part, error) => {
    if (isSaidElsewhere(error)) logger?.debug({ part, problem: describeError(error) }, message);
    else tellProblem(part, error);
  };
}
