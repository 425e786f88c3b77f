import type { PlantedFault } from '../planted-fault.ts';
import { faultsInAnalytics } from './analytics.ts';
import { faultsInApi } from './api.ts';
import { faultsInCache } from './cache.ts';
import { faultsInCalls } from './calls.ts';
import { faultsInJobs } from './jobs.ts';
import { faultsInSql } from './sql.ts';
import { faultsInStores } from './stores.ts';

/** Small mistakes that the tests have to notice, by the part of the system that they are in. */
export const plantedFaults: readonly PlantedFault[] = [
  ...faultsInSql,
  ...faultsInStores,
  ...faultsInJobs,
  ...faultsInCache,
  ...faultsInApi,
  ...faultsInCalls,
  ...faultsInAnalytics,
];
