import type { DatabaseErrorKind } from '@mood/runtime';

/** SQLSTATE classes and codes that mean "not now": connection loss, shutdown, too many connections, a full disk, a timeout. */
const unavailableStates = /^(08|57P|53|57014|55P03|40001|40P01|25006|XX000)/;
const unavailableNodeCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
/** `pg` gives these failures no code. */
const unavailableMessages =
  /connection terminated|connection ended|timeout exceeded|query read timeout|client has encountered a connection error|not queryable|cannot use a pool after/i;

/** Of those, what a database says that is there: it gave up one statement. */
const oneStatement = /^(57014|55P03|40001|40P01|25006)$/;

function hasState(error: unknown, states: RegExp): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && states.test(current.code)) return true;
  }
  return false;
}

/** Whether the database could not be reached, or throws everybody out; not when it gave up a statement alone. */
export function isOutage(error: unknown): boolean {
  return !hasState(error, oneStatement) && isConnectionLoss(error);
}

/** Whether transactions waited for each other, and this was the one that the database gave up. */
export function isDeadlock(error: unknown): boolean {
  return hasState(error, /^40P01$/);
}

const sqlState = /^[0-9A-Z]{5}$/;
const transactionsInTheWay = /^(40001|40P01|55P03)$/;

/** Of the driver alone: Node.js has codes like EPIPE, too. */
function stateOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('severity' in current && 'code' in current && typeof current.code === 'string' && sqlState.test(current.code)) return current.code;
  }
  return undefined;
}

/** @returns undefined when the failure came from elsewhere. */
export function databaseErrorKind(error: unknown): DatabaseErrorKind | undefined {
  const state = stateOf(error);
  if (state === '57014') return 'timeout';
  if (state !== undefined && transactionsInTheWay.test(state)) return 'conflict';
  if (isConnectionLoss(error)) return 'connection';
  return state === undefined ? undefined : 'statement';
}

/** Whether an error of the driver (or a wrapper around one) says that the database could not do its work, rather than that the work was wrong. */
export function isConnectionLoss(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (unavailableNodeCodes.has(code) || unavailableStates.test(code) || unavailableMessages.test(current.message)) return true;
    if (current instanceof AggregateError && current.errors.some(isConnectionLoss)) return true;
  }
  return false;
}
