import { createProbe } from '@mood/runtime';
import type { Finding, Probe } from '@mood/runtime';

/** The platform's services, as the sandbox's faults and our metrics name them. */
export type PlatformService = 'auth' | 'users' | 'performers' | 'messages' | 'analytics';

/** A call that was answered so long ago, in milliseconds, or less: the service works, and need not be asked. */
const answeredMs = 1_000;
/** One that failed, in milliseconds, and none was answered since: the service is down, whatever it says of itself. */
const failedMs = 3_000;

export interface ServiceHealth {
  probe: Probe;
  /** Told how the calls of this process end, so that a service in use is not asked besides. */
  onOutcome: (works: boolean) => void;
}

/**
 * Whether a service of the platform works: by the calls of the last seconds, and when there were none by asking it. Any answer that is not
 * a fault of its own will do: what it has at `/health`, if anything, is its affair. The question names the service, for what stands for several.
 * @param clock in milliseconds, from any beginning.
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
