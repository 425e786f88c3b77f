import { setTimeout as delay } from 'node:timers/promises';
import { assertSchemaCompatibility, ConnectionClosedError, PostgresConnection, PostgresQueueBackend } from 'bullmq';
import type { PgPool, QueueBaseOptions } from 'bullmq';

const retryMs = 500;

/** BullMQ's connection remembers a failed first contact for ever. This one asks again at the next call. */
export class ReconnectingConnection extends PostgresConnection {
  override readonly schema: string;
  #contact: Promise<void> | undefined;

  constructor(pool: PgPool, schema: string) {
    super(pool);
    this.schema = schema;
  }

  override waitUntilReady(): Promise<void> {
    this.#contact ??= this.#makeContact().catch((error: unknown) => {
      this.#contact = undefined;
      throw error;
    });
    return this.#contact;
  }

  async #makeContact(): Promise<void> {
    await assertSchemaCompatibility(this.pool, this.schema);
    setImmediate(() => this.emit('ready'));
  }
}

/**
 * BullMQ's PostgreSQL backend, made to outlive outages: a queue or worker that was built while the database was down begins to work
 * when it is up, and a blocked worker looks for jobs every two seconds, whatever became of its notifications. (BullMQ blocks for up
 * to an hour and trusts a look-up that is skipped when the database is restarting.)
 */
export class ReconnectingBackend extends PostgresQueueBackend {
  readonly #workerName: string | undefined;
  #ready: Promise<void> | undefined;

  constructor(connection: ReconnectingConnection, queueName: string, settings: Omit<QueueBaseOptions, 'connection'>, workerName?: string) {
    super(connection, queueName, { ...settings, connection: connection.pool }, true, workerName);
    this.#workerName = workerName;
  }

  override get maximumBlockTimeout(): number {
    return 2;
  }

  /** In an outage nothing can be found. (An error would make BullMQ pause this search for five seconds, also when it is closing.) */
  override async moveStalledJobsToWait(): Promise<string[]> {
    try {
      return await super.moveStalledJobsToWait();
    } catch (error) {
      if (error instanceof ConnectionClosedError) return [];
      throw error;
    }
  }

  override waitUntilReady(): Promise<void> {
    this.#ready ??= this.#waitForContact();
    return this.#ready;
  }

  async #waitForContact(): Promise<void> {
    while (!this.connection.isClosing) {
      try {
        await this.connection.waitUntilReady();
        if (this.#workerName !== undefined) await this.setName(this.#workerName);
        return;
      } catch {
        // The pool has reported it.
        await delay(retryMs, undefined, { ref: false });
      }
    }
  }
}
