import { setTimeout as delay } from 'node:timers/promises';
import { assertSchemaCompatibility, ConnectionClosedError, PostgresConnection, PostgresQueueBackend } from 'bullmq';
import type { PgPool, QueueBaseOptions } from 'bullmq';
import { canaryName } from '../canary-name.ts';

const retryMs = 500;
/**
 * Seconds between two looks for a job, while there was one lately and when there was none for some looks: a notification comes sooner, and the
 * search for stalled jobs sees every two seconds whether some wait.
 */
const waits = { first: 2, later: 60 };
const firstWaits = 5;

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

export interface BackendRole {
  /** Of a worker: where it renews its locks. */
  locks?: Pick<PostgresQueueBackend, 'extendLocks'>;
  /** Of a worker: BullMQ finds workers by the name of their connection. */
  workerName?: string;
  /** Of a worker: whether jobs wait that it could take, and whether it is worthwhile to search for stalled ones; undefined when it cannot be found out. */
  findWork?: () => Promise<{ waits: boolean; runs: boolean } | undefined>;
  /** Of a worker: called whenever it was found that no job waits. */
  onNoneWaits?: () => void;
  /** Called when a canary was added, of which nobody is notified. */
  onCanary?: () => void;
}

/**
 * BullMQ's PostgreSQL backend, made to outlive outages: a queue or worker that was built while the database was down begins to work
 * when it is up, and a blocked worker looks for jobs every few seconds, whatever became of its notifications. (BullMQ blocks for up
 * to an hour and trusts a look-up that is skipped when the database is restarting.)
 */
export class ReconnectingBackend extends PostgresQueueBackend {
  readonly #role: BackendRole;
  #ready: Promise<void> | undefined;
  /** Waits in a row that found no job but canaries. */
  #waits = 0;
  #isInterrupted = false;

  constructor(
    connection: ReconnectingConnection,
    queueName: string,
    settings: Omit<QueueBaseOptions, 'connection'>,
    role: BackendRole = {},
  ) {
    super(connection, queueName, { ...settings, connection: connection.pool }, true, role.workerName);
    this.#role = role;
    connection.on('listenerinvalidated', () => {
      this.#waits = 0;
    });
  }

  override get maximumBlockTimeout(): number {
    return waits.first;
  }

  override async addJob(...args: Parameters<PostgresQueueBackend['addJob']>): Promise<string> {
    const id = await super.addJob(...args);
    if (args[0].name === canaryName) this.#role.onCanary?.();
    return id;
  }

  /** A worker whose commands wait for a connection would otherwise lose the jobs that it runs, and all of them would be done once more. */
  override extendLocks(...args: Parameters<PostgresQueueBackend['extendLocks']>) {
    return this.#role.locks?.extendLocks(...args) ?? super.extendLocks(...args);
  }

  override async moveToActive(...args: Parameters<PostgresQueueBackend['moveToActive']>) {
    const answer = await super.moveToActive(...args);
    const [job] = answer;
    if (typeof job === 'object' && job !== null && job.name !== canaryName) this.#waits = 0;
    return answer;
  }

  /** @param seconds less than the longest when a delayed job is due by then. */
  override async waitForJob(seconds: number) {
    this.#waits += 1;
    return super.waitForJob(seconds < waits.first || this.#waits <= firstWaits ? seconds : waits.later);
  }

  override disconnectBlocking(wait?: boolean): Promise<void> {
    this.#isInterrupted = true;
    return super.disconnectBlocking(wait);
  }

  override reconnectBlocking(): Promise<void> {
    this.#isInterrupted = false;
    return super.reconnectBlocking();
  }

  /** Ends a wait for a job. */
  lookNow(): void {
    // Whoever closes the worker has ended it for good.
    if (this.#isInterrupted) return;
    void this.disconnectBlocking();
    void this.reconnectBlocking();
  }

  /** In an outage nothing can be found. (An error would make BullMQ pause this search for five seconds, also when it is closing.) */
  override async moveStalledJobsToWait(): Promise<string[]> {
    try {
      const work = await this.#role.findWork?.();
      if (work?.waits === true) this.lookNow();
      if (work?.waits === false) this.#role.onNoneWaits?.();
      return work?.runs === false ? [] : await super.moveStalledJobsToWait();
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
        if (this.#role.workerName !== undefined) await this.setName(this.#role.workerName);
        return;
      } catch {
        // The pool has reported it.
        await delay(retryMs, undefined, { ref: false });
      }
    }
  }
}
