import { createLineBudget, usualLinesPerMinute } from '../line-budget.ts';
import type { Logger } from '../logger.ts';

/** A request that was refused before it reached a route, as the log has it. Nothing of it but its kind leads to who sent it. */
export interface RefusedRequest {
  requestId: string;
  status: number;
  problem: string;
}

/** Writes a line about each refused request, up to a number in a minute whatever was wrong with it, and then one that counts the others by problem. */
export function createRefusalLog(logger: Logger, linesPerMinute = usualLinesPerMinute): (refused: RefusedRequest) => void {
  const errorCode = 'INVALID_REQUEST';
  const mayWrite = createLineBudget((problems, count) => {
    logger.warn({ count, problems, errorCode }, 'more requests were refused in this minute');
  }, linesPerMinute);

  return ({ requestId, status, problem }) => {
    if (mayWrite('refused', problem)) logger.warn({ requestId, status, errorCode, problem }, 'request refused');
  };
}
