import { createProblemLog, describeError } from '@mood/runtime';
import type { Logger } from '@mood/runtime';

const message = 'queue store trouble';

/**
 * While a store is down, every queue and worker fails several times a second.
 * @returns a function that logs a failure by the rule of `createProblemLog`. Only its message: errors of pg carry the whole connection.
 * @param isLoggedElsewhere errors that another part of the process logs: here they are written at the level debug.
 */
export function createErrorLog(
  logger: Logger | undefined,
  isLoggedElsewhere: (error: unknown) => boolean = () => false,
): (part: string, error: unknown) => void {
  const tellProblem = createProblemLog(logger, message);
  return (part, error) => {
    if (isLoggedElsewhere(error)) logger?.debug({ part, problem: describeError(error) }, message);
    else tellProblem(part, error);
  };
}
