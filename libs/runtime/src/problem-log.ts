import { isNativeError } from 'node:util/types';
import type { Logger } from './logger.ts';
import { describeError } from './describe-error.ts';
import { errorCode } from './error-code.ts';

/** How often a lasting problem is logged, in milliseconds. */
const quietMs = 60_000;
/** Bound on remembered kinds, so that memory cannot grow. */
const maxKinds = 100;

interface Told {
  at: number;
  since: number;
}

/** Logs a failure of a part of this process, with additional fields. */
export type TellProblem = (part: string, error: unknown, fields?: Readonly<Record<string, unknown>>) => void;

/**
 * How everything that repeats by itself logs its failures: one line with the causes, and the same kind of failure of the same part once a
 * minute, with how often it happened since; every single one at the level debug. Without stacks: for a repeated failure the message is what
 * helps.
 */
export function createProblemLog(logger: Logger | undefined, message: string, now: () => number = () => performance.now()): TellProblem {
  const told = new Map<string, Told>();
  return (part, error, fields = {}) => {
    if (logger === undefined) return;
    const kind = `${part} ${kindOf(error)}`;
    const known = told.get(kind);
    if (known !== undefined && now() - known.at < quietMs) {
      known.since += 1;
      if (logger.isLevelEnabled('debug')) logger.debug({ part, problem: describeError(error), ...fields }, message);
      return;
    }
    if (told.size >= maxKinds) told.clear();
    told.set(kind, { at: now(), since: 0 });
    const repeated = known !== undefined && known.since > 0 ? { notToldSince: known.since } : {};
    logger.warn({ part, problem: describeError(error), ...fields, ...repeated }, message);
  };
}

/** The kind of an error: names and codes along its causes. Messages may hold ports and ids, and would make every error a new kind. */
function kindOf(error: unknown): string {
  if (!isNativeError(error) && !(error instanceof Error)) return typeof error;
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return `${error.name} ${errorCode(error) ?? ''} ${cause === undefined || cause === error ? '' : kindOf(cause)}`;
}
