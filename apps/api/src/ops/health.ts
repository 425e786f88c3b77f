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
  /**
   * `degraded`: part of the system works later, slower or not at all because of what `checks` says. `down`: no changes are possible; moods
   * can still be read.
   */
  status: 'healthy' | 'degraded' | 'down';
  timestamp: string;
  checks: Record<'database' | 'cache' | ServiceName, Finding>;
}

export interface Health {
  report(): Promise<HealthReport>;
  /**
   * Whether load balancers should send requests here: the process has started, is not shutting down, and its database can at least be read.
   */
  isReady(): Promise<boolean>;
}

/** The health of the API (contract: "Health Check Endpoint"). The probes cache their answers for a second, so asking is cheap. */
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
      // A read-only database still serves readings, and another replica could not write to it either.
      return status !== 'down' && admission.isOpen();
    },
  };
}

export const healthStatusOf = ({ status }: HealthReport): 200 | 503 => (status === 'down' ? 503 : 200);

/** The same pages for the operations port. */
export function createHealthPages(health: Health): { '/health': () => Promise<OpsAnswer>; '/readyz': () => Promise<OpsAnswer> } {
  return {
    '/health': async () => {
      const report = await health.report();
      return { status: healthStatusOf(report), body: { ...report } };
    },
    '/readyz': createReadyz(() => health.isReady()),
  };
}
