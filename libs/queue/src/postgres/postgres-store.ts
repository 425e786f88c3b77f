import { assertSchemaCompatibility, SchemaMigrationRequiredError } from 'bullmq';
import { DatabaseError } from 'pg';
import type { QueueStore } from '../queue-store.ts';
import { ReconnectingBackend, ReconnectingConnection } from './reconnecting-backend.ts';
import { isPostgresOutage } from './outage.ts';
import { createQueuePool } from './queue-pool.ts';
import type { QueuePoolOptions } from './queue-pool.ts';

/** One pool for all queues and workers of the process. */
export function openPostgresStore(options: QueuePoolOptions): QueueStore {
  const pool = createQueuePool(options);
  const connect = () => new ReconnectingConnection(pool.forBullmq, options.schema);
  return {
    kind: 'postgres',
    prefix: options.schema,
    async check() {
      try {
        await assertSchemaCompatibility(pool.plain, options.schema);
      } catch (error) {
        throw isUnmigrated(error) ? new QueuesNotMigrated(options.schema, { cause: error }) : error;
      }
    },
    findRisks: () => Promise.resolve([]),
    // Somebody migrates it while we wait.
    isOutage: (error) => error instanceof QueuesNotMigrated || isPostgresOutage(error),
    queueBackend: (name, settings) => new ReconnectingBackend(connect(), name, settings),
    // BullMQ finds workers by the name of their connection, which is the queue's.
    workerBackend: (name, settings) => new ReconnectingBackend(connect(), name, settings, name),
    close: () => pool.plain.end(),
  };
}

/** The tables of the queues are not there, or this login may not use them. */
class QueuesNotMigrated extends Error {
  override readonly name = 'QueuesNotMigrated';

  constructor(schema: string, options: ErrorOptions) {
    super(`the schema of the queues ("${schema}") is not there, or this login may not use it: npm run migrate`, options);
  }
}

const isUnmigrated = (error: unknown): boolean =>
  error instanceof SchemaMigrationRequiredError || (error instanceof DatabaseError && /^(3F000|42)/.test(error.code ?? ''));
