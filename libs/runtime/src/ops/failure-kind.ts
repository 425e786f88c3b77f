export const databaseErrorKinds = ['connection', 'timeout', 'conflict', 'statement'] as const;
export type DatabaseErrorKind = (typeof databaseErrorKinds)[number];

const sqlState = /^[0-9A-Z]{5}$/;

/** What it says about itself and about what caused it. */
function statesOf(error: unknown): { names: Set<string>; state: string | undefined } {
  const names = new Set<string>();
  let state: string | undefined;
  for (let current = error; current instanceof Error; current = current.cause) {
    names.add(current.name);
    // Of the driver alone: Node.js has codes like EPIPE, too.
    if ('severity' in current && 'code' in current && typeof current.code === 'string' && sqlState.test(current.code))
      state ??= current.code;
  }
  return { names, state };
}

/**
 * What a failure of the database was: `connection` (it cannot be reached, or throws us out), `timeout` (a statement took too long),
 * `conflict` (transactions in each other's way) or `statement` (it refused one).
 * @returns undefined when the failure came from elsewhere.
 */
export function databaseErrorKind(error: unknown): DatabaseErrorKind | undefined {
  const { names, state } = statesOf(error);
  switch (state) {
    case undefined:
      // By name: the class belongs to a package that this one does not know.
      return names.has('DependencyUnavailable') ? 'connection' : undefined;
    case '57014':
      return 'timeout';
    case '40001':
    case '40P01':
    case '55P03':
      return 'conflict';
    default:
      return names.has('DependencyUnavailable') ? 'connection' : 'statement';
  }
}

export const callOutcomes = ['ok', 'unavailable', 'refused', 'error'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** How a call to another service failed: it did not answer (worth a retry), it refused the call for good, or the fault is ours. */
export function callOutcomeOf(error: unknown): CallOutcome {
  const { names } = statesOf(error);
  if (names.has('DependencyUnavailable')) return 'unavailable';
  return names.has('RefusedByService') ? 'refused' : 'error';
}
