import { wordsOf } from '@mood/runtime';
import type { Logger } from '@mood/runtime';

const quietMs = 10_000;

/**
 * While a store is down every part that talks to it fails several times a second.
 * @returns a function that logs a failure, and the same failure of the same part only once in ten seconds. Only its message: pg hangs
 * the whole connection on its errors.
 * @param isSaidElsewhere errors that another part of the process logs: here they are written at the level debug.
 */
export function createErrorLog(
  logger: Logger | undefined,
  isSaidElsewhere: (error: unknown) => boolean = () => false,
): (part: string, error: unknown) => void {
  const lastLogged = new Map<string, number>();
  return (part, error) => {
    if (logger === undefined) return;
    if (isSaidElsewhere(error)) {
      logger.debug({ part, problem: wordsOf(error) }, 'queue store trouble');
      return;
    }
    const problem = error instanceof Error ? error.message : String(error);
    const key = `${part} ${problem}`;
    const now = Date.now();
    if (now - (lastLogged.get(key) ?? 0) < quietMs) return;
    // Messages may hold ports and ids: the memory of them must not grow.
    if (lastLogged.size > 100) lastLogged.clear();
    lastLogged.set(key, now);
    logger.warn({ part, problem }, 'queue store trouble');
  };
}
