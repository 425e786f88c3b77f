import { createReadyz } from '@mood/runtime';
import type { Admission, Finding, OpsAnswer, Probe } from '@mood/runtime';

export interface HealthDependencies {
  database: Probe;
  /** Reports 'not configured' without Redis. */
  cache: Probe;
  /** The platform's services: each 'not configured' when its address is not known. */
  services: Record<ServiceName, Probe>;
  admission: Pick<Admission, 'isOpen'>;
  clock: () => Date;
}

type ServiceName = 'authService' | 'userService' | 'performerService' | 'messageService' | 'analyticsService';

export interface HealthReport {
  /** `degraded`: something works later, slower or not at all for want of what `checks` says. `down`: nothing can be changed; moods are still read. */
  status: 'healthy' | 'degraded' | 'down';
  timestamp: string;
  checks: Record<'database' | 'cache' | ServiceName, Finding>;
}

export interface Health {
  report(): Promise<HealthReport>;
  /** Whether to send requests here: it has started, is not being shut down, and its database can at least be read. */
  isReady(): Promise<boolean>;
}

/** How the API is (contract: "Health Check Endpoint"). Costs no more than its probes, which remember their answers for a second. */
export function createHealth({ admission, clock, services, ...probes }: HealthDependencies): Health {
  return {
    async report() {
      const [database, cache, authService, userService, performerService, messageService, analyticsService] = await Promise.all([
        probes.database(),
        probes.cache(),
        services.authService(),
        services.userService(),
        services.performerService(),
        services.messageService(),
        services.analyticsService(),
      ]);
      const replaceable = { cache, authService, userService, performerService, messageService, analyticsService };
      const impaired = Object.values(replaceable).some(({ status }) => status === 'down');
      return {
        status: database.status !== 'healthy' ? 'down' : impaired ? 'degraded' : 'healthy',
        timestamp: clock().toISOString(),
        checks: { database, ...replaceable },
      };
    },
    async isReady() {
      if (!admission.isOpen()) return false;
      const { status } = await probes.database();
      // One that is read-only serves readings; elsewhere changes would be refused as well.
      return status !== 'down' && admission.isOpen();
    },
  };
}

export const healthStatusOf = ({ status }: HealthReport): 200 | 503 => (status === 'down' ? 503 : 200);

/** The same answers on the port for operations. */
export function createHealthPages(health: Health): { '/health': () => Promise<OpsAnswer>; '/readyz': () => Promise<OpsAnswer> } {
  return {
    '/health': async () => {
      const report = await health.report();
      return { status: healthStatusOf(report), body: { ...report } };
    },
    '/readyz': createReadyz(() => health.isReady()),
  };
}
