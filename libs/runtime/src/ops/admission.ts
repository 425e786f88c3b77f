import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../lifecycle.ts';

/** Whether a process takes work: from the end of its start until the first moment of its shutdown. */
export interface Admission extends Service {
  isOpen(): boolean;
}

/**
 * The last service of a group: it starts when everything else has started, and stops before anything else stops.
 * @param closingMs how long everything else goes on after that, in milliseconds, so that load balancers see it and send nobody any more.
 */
export function createAdmission(closingMs = 0): Admission {
  let open = false;
  return {
    name: 'admission',
    isOpen: () => open,
    async start() {
      open = true;
    },
    async stop() {
      open = false;
      if (closingMs > 0) await pause(closingMs);
    },
  };
}
