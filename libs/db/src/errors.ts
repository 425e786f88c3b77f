import { DatabaseAway } from '@mood/domain';
import { isOutageAnswer } from '@mood/postgres';
import type { DatabaseErrorKind } from '@mood/runtime';

const unavailableNodeCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'ECONNABORTED',
]);
/** `pg` gives these failures no code. */
const unavailableMessages =
  /connection terminated|connection ended|timeout exceeded|query read timeout|client has encountered a connection error|not queryable|cannot use a pool after/i;

/** What a database says that is there: it gave up one statement, which may succeed the next time or elsewhere. */
const oneStatement = /^(57014|55P03|40001|40P01|25006)$/;

/** An error and what caused it, from the outside in. */
function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
const hasState = (error: unknown, states: RegExp): boolean => causesOf(error).some((cause) => states.test(codeOf(cause)));
/** Errors of Node.js have codes, too, but no severity. */
const isOfTheDriver = (error: unknown): boolean => causesOf(error).some((cause) => 'severity' in cause && codeOf(cause) !== '');

/** Whether the database could not be reached, or throws everybody out; not when it gave up a statement alone. */
export function isOutage(error: unknown): boolean {
  return !hasState(error, oneStatement) && isConnectionLoss(error);
}

/** Whether another server can answer what a replica failed: it is away, or what it replays took away what the statement was reading. */
export function isReplicaFault(error: unknown): boolean {
  return error instanceof DatabaseAway || databaseErrorKind(error) === 'connection' || hasState(error, /^40001$/);
}

/** Whether transactions waited for each other, and this was the one that the database gave up. */
export function isDeadlock(error: unknown): boolean {
  return hasState(error, /^40P01$/);
}

/** Whether the database gave up the statement itself: it took longer than one may, or an operator ended it. */
export function isCancelled(error: unknown): boolean {
  return hasState(error, /^57014$/);
}

/** Whether somebody else held a lock for longer than one was to be waited for. */
export function isLockTimeout(error: unknown): boolean {
  return hasState(error, /^55P03$/);
}

/**
 * Whether a statement met a table, function, schema or column that is not there, or lacked a right. Our statements are the same every time,
 * so that the database may be another than they were written for.
 */
export function isMisfit(error: unknown): boolean {
  return hasState(error, /^(3F000|42501|42P01|42883|42703|42704)$/);
}

/** @returns undefined when the failure came from elsewhere. */
export function databaseErrorKind(error: unknown): DatabaseErrorKind | undefined {
  if (isCancelled(error)) return 'timeout';
  if (hasState(error, /^(40001|40P01|55P03)$/)) return 'conflict';
  if (isConnectionLoss(error)) return 'connection';
  return isOfTheDriver(error) ? 'statement' : undefined;
}

/** Whether an error of the driver (or a wrapper around one) says that the database could not do its work, rather than that the work was wrong. */
export function isConnectionLoss(error: unknown): boolean {
  return causesOf(error).some((cause) => {
    const code = codeOf(cause);
    if (unavailableNodeCodes.has(code) || oneStatement.test(code) || isOutageAnswer(cause) || unavailableMessages.test(cause.message))
      return true;
    return cause instanceof AggregateError && cause.errors.some(isConnectionLoss);
  });
}
