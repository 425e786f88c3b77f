import type { AbuseRule } from '@mood/domain';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';

export interface AlertLoopOptions {
  /** @returns how many alerts were opened, by rule. */
  raise: () => Promise<{ rule: AbuseRule; alerts: number }[]>;
  onOpened: (rule: AbuseRule, alerts: number) => void;
  everyMs: number;
  logger: Logger;
}

/** Looks for abuse again and again. */
export function createAlertLoop({ raise, onOpened, everyMs, logger }: AlertLoopOptions): Service {
  return createLoop({
    name: 'abuse alerts',
    idleMs: everyMs,
    logger,
    async round() {
      for (const { rule, alerts } of await raise()) {
        onOpened(rule, alerts);
        logger.warn({ rule, alerts }, 'alerts about abuse were opened');
      }
      return 'idle';
    },
  });
}
