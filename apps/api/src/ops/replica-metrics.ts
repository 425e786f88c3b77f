import type { ReadReplica } from '@mood/db';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

type Measured = Pick<ReadReplica, 'lagSeconds' | 'asOf'>;

/** How far the read replica is behind, asked at a scrape. @param replica undefined: there is none, and no value. */
export function measureReplica(registry: Registry, replica: Measured | undefined): void {
  const gauge = (name: string, help: string, valueOf: (replica: Measured) => number | undefined) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          const value = replica && valueOf(replica);
          if (value === undefined) this.remove();
          else this.set(value);
        },
      }),
    );
  gauge(
    'mood_read_replica_lag_seconds',
    'Seconds that the read replica is behind at most. Grows while it is down. No value without one, and before it was first reached.',
    (one) => one.lagSeconds(),
  );
  gauge(
    'mood_read_replica_used',
    '1 while this process reads history, the audit log, exports and analytics from the replica, 0 while it reads the primary. No value without one.',
    (one) => (one.asOf() === undefined ? 0 : 1),
  );
}
