export const callOutcomes = ['ok', 'unavailable', 'unusable', 'refused', 'error'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** How a call to another service failed: no answer (a retry may help), an unusable answer, a refusal for good, or a fault of ours. */
export function callOutcomeOf(error: unknown): CallOutcome {
  const names = new Set<string>();
  for (let current = error; current instanceof Error; current = current.cause) names.add(current.name);
  // Compared by name: the classes belong to packages that this one does not import.
  if (names.has('UnusableAnswer')) return 'unusable';
  if (names.has('DependencyUnavailable')) return 'unavailable';
  return names.has('RefusedByService') ? 'refused' : 'error';
}
