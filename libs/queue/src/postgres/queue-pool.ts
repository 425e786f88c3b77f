import { ConnectionClosedError, quoteSchemaName } from 'bullmq';
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import { idleConnectionMs, keepAlive, pooledClient, sessionSetup } from '@mood/postgres';
import { Client, Pool } from 'pg';
import { isPostgresOutage } from './outage.ts';

export interface QueuePoolOptions {
  databaseUrl: string;
  schema: string;
  applicationName: string;
  maxConnections: number;
  reportTrouble: (part: string, error: unknown) => void;
}

export interface QueuePool {
  /** The pool as it is. */
  readonly plain: Pool;
  /** What BullMQ works with: an outage looks to it like a closed connection, which it sits out; any other error it takes as final. */
  readonly forBullmq: PgPool;
}

export function createQueuePool(options: QueuePoolOptions): QueuePool {
  const plain = new Pool({
    Client: pooledClient(Client),
    connectionString: options.databaseUrl,
    max: options.maxConnections,
    application_name: options.applicationName,
    onConnect: sessionSetup({
      search_path: quoteSchemaName(options.schema),
      // Its functions find jobs by index: planned for tables that were still empty, they would read whole tables from then on.
      enable_seqscan: 'off',
      statement_timeout: '5000',
      idle_in_transaction_session_timeout: '10000',
    }),
    idleTimeoutMillis: idleConnectionMs,
    ...keepAlive,
    // For a connection, or for one's turn. Where the machine has too much to do, giving up sooner makes more work: it is all begun again.
    connectionTimeoutMillis: 10_000,
    // A server that accepts a statement and never answers must not hold a worker.
    query_timeout: 6_000,
  });
  plain.on('error', (error) => options.reportTrouble('idle connection', error));

  async function asClosedConnection<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!isPostgresOutage(error)) throw error;
      options.reportTrouble('connection', error);
      throw new ConnectionClosedError(undefined, error);
    }
  }

  const forBullmq: PgPool = {
    query: (text, values = []) => asClosedConnection(plain.query(text, [...values]) as Promise<PgQueryResult>),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same client: only their spellings of `on` differ
    connect: () => asClosedConnection(plain.connect() as Promise<PgPoolClient>),
    end: () => plain.end(),
    // Each BullMQ part would report every lost connection once more.
    on: () => forBullmq,
    removeAllListeners: () => forBullmq,
  };
  return { plain, forBullmq };
}
