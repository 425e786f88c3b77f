/** SQLSTATE classes and codes that mean "not now": connection loss, shutdown, too many connections, a full disk, a timeout. */
const unavailableStates = /^(08|57P|53|57014|55P03|40001|40P01|25006|XX000)/;
const unavailableNodeCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
/** `pg` gives these failures no code. */
const unavailableMessages =
  /connection terminated|connection ended|timeout exceeded|query read timeout|client has encountered a connection error|not queryable|cannot use a pool after/i;

/** Of those, what a database says that is there: it gave up one statement. */
const oneStatement = /^(57014|55P03|40001|40P01|25006)$/;

/** Whether the database could not be reached, or throws everybody out; not when it gave up a statement alone. */
export function isOutage(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && oneStatement.test(current.code)) return false;
  }
  return isConnectionLoss(error);
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
