/** What a fault is about: kinds of mistakes that once went unnoticed. */
export const faultKinds = [
  'order and instants',
  'failed for good',
  'ends and periods',
  'durations',
  'limits',
  'outages',
  'access',
  'metrics',
  'secrets',
  'records',
] as const;

/** A small mistake in the code that the named tests have to notice. */
export interface PlantedFault {
  /** Unique; `--only` looks for it. */
  name: string;
  kind: (typeof faultKinds)[number];
  file: string;
  /** Stands exactly once in the file. The shorter it is, the longer it outlives changes of what is around it. */
  from: string;
  to: string;
  /** Test files, by their paths in the project. */
  tests: readonly string[];
  /** Why no test can notice it, for one that survives. */
  survives?: string;
}

/** Faults of one part of the system, with the tests that notice those that name none. */
export const plantedIn = (
  tests: readonly string[],
  faults: readonly (Omit<PlantedFault, 'tests'> & { tests?: readonly string[] })[],
): readonly PlantedFault[] => faults.map((fault) => ({ tests, ...fault }));
