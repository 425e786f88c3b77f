import type { Check } from './check.ts';
import { failedReplace, moreWorkers, replace, upAgain } from './checks/changes.ts';
import { hardened, image, noSecrets, redisRefusesNobody } from './checks/hardening.ts';
import { neighbour } from './checks/neighbour.ts';
import { database, frozenApi, killedApi, redis } from './checks/outages.ts';
import { checkpoint, demo, restore, stop } from './checks/runbook.ts';
import { tls } from './checks/tls.ts';

/** In the order in which they are run. */
export const checks: readonly Check[] = [
  hardened,
  image,
  demo,
  redisRefusesNobody,
  upAgain,
  replace,
  failedReplace,
  moreWorkers,
  killedApi,
  frozenApi,
  database,
  redis,
  checkpoint,
  restore,
  neighbour,
  tls,
  noSecrets,
  stop,
];
