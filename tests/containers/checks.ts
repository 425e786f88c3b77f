import type { Check } from './check.ts';
import { failedReplace, moreWorkers, replace, upAgain } from './checks/changes.ts';

/** In the order in which they are run. */
export const checks: readonly Check[] = [upAgain, replace, failedReplace, moreWorkers];
