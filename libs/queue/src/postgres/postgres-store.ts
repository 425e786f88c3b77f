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
  const workers: { name: string; backend: ReconnectingBackend }[] = [];
  return {
    kind: 'postgres',
    // All of them lie in one table.
    hasShards: false,
    prefixOf: () => options.schema,
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
    queueBackend(name, settings) {
      const onCanary = () => {
        for (const worker of workers) if (worker.name === name) worker.backend.lookNow();
      };
      return new ReconnectingBackend(connect(), name, settings, { onCanary });
    },
    workerBackend(name, settings) {
      const backend = new ReconnectingBackend(connect(), name, settings, { workerName: name });
      workers.push({ name, backend });
      return backend;
    },
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
