export const callOutcomes = ['ok', 'unavailable', 'unusable', 'refused', 'error'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/**
 * How a call to another service failed: it did not answer (worth a retry), its answer was of no use, it refused the call for good, or the
 * fault is ours.
 */
export function callOutcomeOf(error: unknown): CallOutcome {
  const names = new Set<string>();
  for (let current = error; current instanceof Error; current = current.cause) names.add(current.name);
  // By name: the classes belong to packages that this one does not know.
  if (names.has('UnusableAnswer')) return 'unusable';
  if (names.has('DependencyUnavailable')) return 'unavailable';
  return names.has('RefusedByService') ? 'refused' : 'error';
}
