import { isNativeError } from 'node:util/types';
import type { Logger } from './logger.ts';
import { describeError } from './describe-error.ts';
import { errorCode } from './error-code.ts';

/** A problem that lasts is told this often, in milliseconds. */
const quietMs = 60_000;
/** Kinds are remembered no further than this, so that the memory of them cannot grow. */
const maxKinds = 100;

interface Told {
  at: number;
  since: number;
}

/** Tells of a failure of a part of this process, with what is to be read beside it. */
export type TellProblem = (part: string, error: unknown, fields?: Readonly<Record<string, unknown>>) => void;

/**
 * The one rule for everything that repeats by itself: what fails is told with its causes in one line, and the same kind of failure of the
 * same part once a minute, with how often it happened since; each of them at the level debug. No stack: of a failure that comes again and again its words are what counts.
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

/** Names and codes along the causes. Messages may hold ports and ids, and would be new every time. */
function kindOf(error: unknown): string {
  if (!isNativeError(error) && !(error instanceof Error)) return typeof error;
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return `${error.name} ${errorCode(error) ?? ''} ${cause === undefined || cause === error ? '' : kindOf(cause)}`;
}
