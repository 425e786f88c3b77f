import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './database.ts';

/** What was written into the write-ahead log of one relation, or of none. */
export interface WalShare {
  /** A table or an index of this database; else the kind of the record. */
  of: string;
  records: number;
  bytes: number;
  /** Of these, pages as a whole: each that is written for the first time after a checkpoint. */
  pageBytes: number;
  /** How many different pages were written to. */
  pages: number;
}

/** A position in the write-ahead log. What is said of the log needs pg_walinspect, and the server's own role. */
export async function walPosition(database: TestDatabase): Promise<string> {
  await database.query('CREATE EXTENSION IF NOT EXISTS pg_walinspect');
  const [row] = await database.query<{ at: string }>('SELECT pg_current_wal_flush_lsn()::text AS at');
  if (row === undefined) throw new Error('a statement without tables has a row');
  return row.at;
}

/** A record that changes several pages belongs to the relation of the first. */
const shares = `WITH blocks AS (
    SELECT DISTINCT ON (start_lsn) start_lsn, reldatabase, relforknumber, relblocknumber, pg_filenode_relation(reltablespace, relfilenode)::regclass::text AS relation
    FROM pg_get_wal_block_info($1, $2, false) ORDER BY start_lsn, block_id)
  SELECT CASE WHEN b.reldatabase IN (0, d.oid) THEN coalesce(b.relation, 'a relation that is gone')
      WHEN b.reldatabase IS NULL THEN r.resource_manager || ' ' || r.record_type ELSE 'other databases' END AS of,
    count(*)::integer AS records, sum(r.record_length)::float8 AS bytes, sum(r.fpi_length)::float8 AS "pageBytes",
    count(DISTINCT (b.relforknumber, b.relblocknumber)) FILTER (WHERE b.start_lsn IS NOT NULL)::integer AS pages
  FROM pg_get_wal_records_info($1, $2) r LEFT JOIN blocks b USING (start_lsn), pg_database d
  WHERE d.datname = current_database()
  GROUP BY 1 ORDER BY 3 DESC`;

/** @param from @param until positions in the log. @returns what was written in between, most first. */
export async function walBetween(database: TestDatabase, from: string, until: string): Promise<WalShare[]> {
  if (from === until) return [];
  return database.query<WalShare>(shares, [from, until]);
}

/** Keeps what is written from now on until `release`, however often there is a checkpoint meanwhile. */
export async function keepWal(database: TestDatabase): Promise<{ release(): Promise<void> }> {
  const slot = `kept_${randomBytes(6).toString('hex')}`;
  await database.query('SELECT pg_create_physical_replication_slot($1, true)', [slot]);
  return { release: async () => void (await database.query('SELECT pg_drop_replication_slot($1)', [slot])) };
}
