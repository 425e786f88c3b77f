import { createProbe } from '@mood/runtime';
import type { Finding, Probe } from '@mood/runtime';

/** The platform's services, by the names of the sandbox's faults and of our metrics. */
export type PlatformService = 'auth' | 'users' | 'performers' | 'messages' | 'analytics';

/** If a call was answered within this time, in milliseconds, the service counts as up and is not asked. */
const answeredMs = 1_000;
/** If a call failed within this time, in milliseconds, and none was answered since, it counts as down, whatever its health page says. */
const failedMs = 3_000;

export interface ServiceHealth {
  probe: Probe;
  /** Called with the outcome of every call of this process, so that a service in use is not asked separately. */
  onOutcome: (works: boolean) => void;
}

/**
 * Checks whether a service of the platform works: by the calls of the last seconds, or, without any, by requesting its `/health`. Any
 * answer but a 5xx will do, also 404: what a service serves there is not specified. The request names the service, for hosts that stand for
 * several.
 * @param clock in milliseconds, from any origin.
 */
export function createServiceHealth(service: PlatformService, baseUrl: string, clock = () => performance.now()): ServiceHealth {
  let answeredAt = -Infinity;
  let failedAt = -Infinity;
  const ask = createProbe(async (signal) => {
    const response = await fetch(`${baseUrl}/health?service=${service}`, { signal, redirect: 'manual' });
    await response.body?.cancel();
    if (response.status >= 500) throw new Error(`the service of ${service} answered ${response.status}`);
  });
  return {
    onOutcome(works) {
      if (works) answeredAt = clock();
      else failedAt = clock();
    },
    async probe(): Promise<Finding> {
      const now = clock();
      if (now - answeredAt < answeredMs) return { status: 'healthy' };
      if (now - failedAt < failedMs && failedAt > answeredAt) return { status: 'down', message: 'did not answer the last calls' };
      return ask();
    },
  };
}
