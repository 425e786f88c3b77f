import { Client } from 'pg';
import { connectDatabase } from '@mood/db';
import { createLogger } from '@mood/runtime';
import { startBenchDatabase, startBenchSystem } from '../support/system.ts';
import type { BenchDatabase, BenchSystem } from '../support/system.ts';
import { writeDataSet } from './data-set.ts';
import type { DataSet, DataSize } from './data-set.ts';

/** As our processes reach the database, with the same plans. */
export type StoreDatabase = ReturnType<typeof connectDatabase>;

/** A database that was filled. */
export interface FilledDatabase {
  name: 'small' | 'large';
  database: BenchDatabase;
  data: DataSet;
  /** As a process of ours reaches it, in the name of the tables' owner. */
  stores: StoreDatabase;
}

/** A system that runs on it. */
export interface Side extends FilledDatabase {
  system: BenchSystem;
}

export interface Sides<T> {
  small: T;
  large: T;
}

/** Both with the same, one after the other. */
export async function forBoth<T, R>(sides: Sides<T>, task: (side: T) => Promise<R>): Promise<Sides<R>> {
  return { small: await task(sides.small), large: await task(sides.large) };
}

/** What is to be taken away at the end, the last that was made first. */
export type Leftovers = (() => Promise<void>)[];

export async function fillDatabase(
  name: FilledDatabase['name'],
  size: DataSize,
  leftovers: Leftovers,
  say: (line: string) => void,
): Promise<FilledDatabase> {
  say(`${name}: starting a database`);
  const database = await startBenchDatabase();
  leftovers.push(() => database.postgres.remove());
  const { url } = database.postgres.database;
  const client = new Client({ connectionString: url });
  // The server is stopped when somebody has had enough.
  client.on('error', () => {});
  await client.connect();
  const data = await writeDataSet(client, size, (line) => say(`${name}: ${line}`));
  await client.end();
  const stores = connectDatabase({
    databaseUrl: url,
    poolMax: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 0,
    applicationName: 'mood-bench',
    logger: createLogger({ name: 'bench', level: 'silent' }),
  });
  leftovers.push(() => stores.close());
  return { name, database, data, stores };
}

export async function startSide(filled: FilledDatabase, redis: boolean, leftovers: Leftovers, execArgv: string[]): Promise<Side> {
  const system = await startBenchSystem({ models: filled.data.models, redis, database: filled.database, execArgv });
  leftovers.push(() => system.stop());
  return { ...filled, system };
}

/** Takes everything away, whatever has become of it. */
export async function clearAway(leftovers: Leftovers): Promise<void> {
  for (const remove of leftovers.splice(0).toReversed()) await remove().catch(() => {});
}
