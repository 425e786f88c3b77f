import { createLineBudget, usualLinesPerMinute } from '../line-budget.ts';
import type { Logger } from '../logger.ts';

/**
 * A log line about a request that was refused before it reached a route. It has the kind of problem, and nothing that leads to the sender.
 */
export interface RefusedRequest {
  requestId: string;
  status: number;
  problem: string;
}

/** Logs each refused request, up to a number per minute, and then one line that counts the rest by problem. */
export function createRefusalLog(logger: Logger, linesPerMinute = usualLinesPerMinute): (refused: RefusedRequest) => void {
  const errorCode = 'INVALID_REQUEST';
  const mayWrite = createLineBudget((problems, count) => {
    logger.warn({ count, problems, errorCode }, 'more requests were refused in this minute');
  }, linesPerMinute);

  return ({ requestId, status, problem }) => {
    if (mayWrite('refused', problem)) logger.warn({ requestId, status, errorCode, problem }, 'request refused');
  };
}
