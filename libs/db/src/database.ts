import type { MikroORM } from '@mikro-orm/postgresql';

/** A statement that is prepared once per connection under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** Runs one prepared statement. */
export type Query = <Row extends object>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** How a database that answers suits this release. */
export interface Fitness {
  /** What is wrong with it and what to do, in one line for operators; undefined when our statements can work. */
  problem: string | undefined;
  /** It takes no changes: a standby, or somebody set it so. */
  isReadOnly: boolean;
}

export interface Database {
  readonly orm: MikroORM;
  /**
   * Runs one prepared statement on the pool that MikroORM uses, without a unit of work: one round trip.
   * Times arrive as `Date`, bigint as number (all of ours fit in 53 bits).
   * @throws DependencyUnavailable when the database cannot be reached or gives up; TookTooLong, which is one, when the statement took too long.
   */
  query: Query;
  /** Several statements, all or nothing, on one connection. @throws as `query`. */
  transaction<T>(task: (query: Query) => Promise<T>): Promise<T>;
  /** Several statements that see the same moment, and change nothing. @throws as `query`. */
  readSnapshot<T>(task: (query: Query) => Promise<T>): Promise<T>;
  /** Runs work on the ORM with a fresh identity map. @throws as `query`. */
  work<T>(task: (em: MikroORM['em']) => Promise<T>): Promise<T>;
  /** Whether it is one that this release can work with. Looked at once a second at most. @throws as `query`. */
  inspect(): Promise<Fitness>;
  /** Whether the last call that has ended reached it, and its last inspection found nothing amiss. Costs nothing; true before the first. */
  isReachable(): boolean;
  /** Whether the connections are sessions; the problem when a pooler hands out its servers by the transaction. @throws as `query`. */
  findPoolerProblem(): Promise<string | undefined>;
  close(): Promise<void>;
}
