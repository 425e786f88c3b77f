import type { Logger } from '../logger.ts';

/** A request that was refused before it reached a route, as the log has it. Nothing of it but its kind leads to who sent it. */
export interface RefusedRequest {
  requestId: string;
  status: number;
  problem: string;
}

/** Lines about single refusals in a minute; the rest is one line. */
export const refusalLinesPerMinute = 60;
const minuteMs = 60_000;

/**
 * Writes a line about each refused request, up to a number in a minute, and then one about all the others, so that nobody can fill the log with
 * garbage that needs no token. A minute begins with its first refusal.
 */
export function createRefusalLog(logger: Logger, linesPerMinute = refusalLinesPerMinute): (refused: RefusedRequest) => void {
  let written = 0;
  /** Not written, by problem. */
  const others = new Map<string, number>();
  let minute: NodeJS.Timeout | undefined;

  function endMinute(): void {
    const count = [...others.values()].reduce((sum, one) => sum + one, 0);
    if (count > 0) {
      logger.warn(
        { count, problems: Object.fromEntries(others), errorCode: 'INVALID_REQUEST' },
        'more requests were refused in this minute',
      );
    }
    [written, minute] = [0, undefined];
    others.clear();
  }

  return ({ requestId, status, problem }) => {
    minute ??= setTimeout(endMinute, minuteMs).unref();
    if (written < linesPerMinute) {
      written += 1;
      logger.warn({ requestId, status, errorCode: 'INVALID_REQUEST', problem }, 'request refused');
    } else others.set(problem, (others.get(problem) ?? 0) + 1);
  };
}
