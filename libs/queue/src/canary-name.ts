/** The name of the job without effect. Not in the catalog: only workers add it, and no handler gets it. */
export const canaryName = 'canary';
