import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../lifecycle.ts';

/** Whether a process accepts work: from the end of its start to the beginning of its shutdown. */
export interface Admission extends Service {
  isOpen(): boolean;
}

/**
 * Has to be the last service of a group: it starts after all others, and stops before them.
 * @param closingMs how long stopping it takes, in milliseconds: the time in which the other services still work, so that load balancers can
 * notice and send no more requests.
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
