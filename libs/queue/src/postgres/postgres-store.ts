import { assertSchemaCompatibility, SchemaMigrationRequiredError } from 'bullmq';
import type { QueueStore } from '../queue-store.ts';
import { LastingBackend, LastingConnection } from './lasting-backend.ts';
import { isPostgresOutage } from './outage.ts';
import { createQueuePool } from './queue-pool.ts';
import type { QueuePoolOptions } from './queue-pool.ts';

/** One pool for all queues and workers of the process. */
export function openPostgresStore(options: QueuePoolOptions): QueueStore {
  const pool = createQueuePool(options);
  const connect = () => new LastingConnection(pool.forBullmq, options.schema);
  return {
    kind: 'postgres',
    prefix: options.schema,
    async check() {
      await assertSchemaCompatibility(pool.plain, options.schema);
    },
    findRisks: () => Promise.resolve([]),
    isOutage: (error) => !(error instanceof SchemaMigrationRequiredError) && isPostgresOutage(error),
    queueBackend: (name, settings) => new LastingBackend(connect(), name, settings),
    // BullMQ finds workers by the name of their connection, which is the queue's.
    workerBackend: (name, settings) => new LastingBackend(connect(), name, settings, name),
    close: () => pool.plain.end(),
  };
}
