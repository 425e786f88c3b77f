import type { IQueueBackend, QueueBaseOptions } from 'bullmq';
import type { ShardName } from './shards.ts';

type BackendSettings = QueueBaseOptions;

/** What the choice between Redis and PostgreSQL comes down to. */
export interface QueueStore {
  readonly kind: 'postgres' | 'redis';
  /** Whether a queue is quicker when its jobs lie in several. */
  readonly hasShards: boolean;
  /** What the keys of a queue begin with, or the schema that it is in. */
  prefixOf(queue: ShardName): string;
  /** What they began with in a release before, where that was something else: such jobs are still taken, and none is added there. */
  readonly formerPrefix?: string;
  /** One round trip. @throws when the store does not answer or cannot be used. */
  check(): Promise<void>;
  /** In what ways it is set up to lose jobs, a sentence each. @throws as `check`. */
  findRisks(): Promise<string[]>;
  /** Whether waiting can cure it. */
  isOutage(error: unknown): boolean;
  /** For adding and looking up: fails soon when the store is down. */
  queueBackend(name: string, settings: BackendSettings): IQueueBackend;
  /** For a worker: outlives any outage. @param onNoneWaits called when it has found, without asking for a job, that none waits. */
  workerBackend(name: string, settings: BackendSettings, onNoneWaits: () => void): IQueueBackend;
  close(): Promise<void>;
}
