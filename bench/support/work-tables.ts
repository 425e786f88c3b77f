import type { TestDatabase } from '@mood/testing/database';
import { mebibytes } from './report.ts';
import type { Figure } from './report.ts';

/** Rows come and go here with every job. */
export interface WorkTables {
  rows: number;
  bytes: number;
}

const ofOutbox = `SELECT (SELECT count(*) FROM outbox)::integer AS rows, pg_total_relation_size('outbox')::float8 AS bytes`;
/** The queues as well, where PostgreSQL holds them. A canary may be among their jobs. */
const ofQueues = `SELECT ((SELECT count(*) FROM outbox) + (SELECT count(*) FROM bullmq.job WHERE name <> 'canary'))::integer AS rows,
  (pg_total_relation_size('outbox') + pg_total_relation_size('bullmq.job') + pg_total_relation_size('bullmq.event'))::float8 AS bytes`;

/** After the VACUUM that PostgreSQL would do by itself within minutes: what is left then is what the tables need. */
export async function measureWorkTables(database: TestDatabase, holdsQueues: boolean): Promise<WorkTables> {
  for (const table of holdsQueues ? ['outbox', 'bullmq.job', 'bullmq.event'] : ['outbox']) await database.query(`VACUUM ${table}`);
  const [row] = await database.query<WorkTables>(holdsQueues ? ofQueues : ofOutbox);
  if (row === undefined) throw new Error('the tables have no size');
  return row;
}

/** @param measured after each round, when all was done. The first round makes the room that the others use again. */
export function workTablesFigure(what: string, measured: readonly WorkTables[]): Figure {
  const [first, last] = [measured.at(1), measured.at(-1)];
  const sizeOf = (tables: WorkTables | undefined) => mebibytes(tables?.bytes ?? NaN, 1);
  const value = `${last?.rows ?? NaN}, ${sizeOf(first)} → ${sizeOf(last)}`;
  return { bench: 'pipeline', what: `${what}: rows left, size after the first and the last round`, value, goal: '0, flat' };
}
