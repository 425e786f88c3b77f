import { assertSchemaCompatibility, PostgresQueueBackend, SchemaMigrationRequiredError } from 'bullmq';
import { keptFor } from '@mood/runtime';
import { DatabaseError } from 'pg';
import type { QueueStore } from '../queue-store.ts';
import { workerDefaults } from '../worker-defaults.ts';
import { ReconnectingBackend, ReconnectingConnection } from './reconnecting-backend.ts';
import { isPostgresOutage } from './outage.ts';
import { createQueuePool } from './queue-pool.ts';
import type { QueuePoolOptions } from './queue-pool.ts';

/**
 * A search for stalled jobs marks those that run, and takes back what was marked in the search before. Where none runs and none is marked there
 * is nothing to be done: asked once for all queues of the process, in place of a search in each. Beside it, whether jobs wait: an idle worker
 * need not look by itself for what a notification did not tell.
 */
const workOfQueues = `SELECT q.name,
    EXISTS (SELECT FROM job WHERE queue = q.name AND state = 'active') OR EXISTS (SELECT FROM job WHERE queue = q.name AND stalled_marked) AS runs,
    EXISTS (SELECT FROM job WHERE queue = q.name AND state = 'waiting')
      OR EXISTS (SELECT FROM job WHERE queue = q.name AND state = 'delayed' AND process_at_ms <= $2) AS waits
  FROM unnest($1::text[]) AS q(name)`;
/** All queues ask at nearly the same time. */
const askedKeptMs = workerDefaults.stalledInterval / 2;

/** For the locks of jobs that run. Where one renewal waits for a job that is just being changed, the other queues still have a connection. */
const lockConnections = 2;

/** One pool for all queues and workers of the process, and one for the locks of jobs that run. */
export function openPostgresStore(options: QueuePoolOptions): QueueStore {
  const pool = createQueuePool(options);
  const lockPool = createQueuePool({ ...options, maxConnections: lockConnections });
  const connect = ({ forBullmq } = pool) => new ReconnectingConnection(forBullmq, options.schema);
  const workers: { name: string; backend: ReconnectingBackend }[] = [];
  const findWork = keptFor(askedKeptMs, async () => {
    const { rows } = await pool.plain.query<{ name: string; runs: boolean; waits: boolean }>(workOfQueues, [
      workers.map(({ name }) => name),
      Date.now(),
    ]);
    return new Map(rows.map(({ name, ...work }) => [name, work]));
  });
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
    workerBackend(name, settings, onNoneWaits) {
      const lockConnection = connect(lockPool);
      const backend = new ReconnectingBackend(connect(), name, settings, {
        workerName: name,
        locks: new PostgresQueueBackend(lockConnection, name, { ...settings, connection: lockConnection.pool }, false),
        // What comes next tells of an outage.
        findWork: () =>
          findWork().then(
            (found) => found.get(name),
            () => undefined,
          ),
        onNoneWaits,
      });
      workers.push({ name, backend });
      return backend;
    },
    close: async () => void (await Promise.all([pool.plain.end(), lockPool.plain.end()])),
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
