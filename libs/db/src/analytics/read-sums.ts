import { facts } from '@mood/domain';
import type { Fact, Slice, Sum } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { openSince } from './open-part.ts';

interface SumRow {
  fact: Fact;
  slice: number;
  group: string | null;
  n: number;
  total: number;
}

/**
 * One statement for roll-ups, for counts of the processes, and for rows that have not been rolled up. A fact that becomes known a day later
 * is looked for a day longer among the latter, of all facts by one call: planning it takes longer than counting.
 */
const sums = statement(
  'analytics-sums',
  { names: 'text[]', parts: 'integer[]', starts: 'timestamptz[]', ends: 'timestamptz[]' },
  (_, { names, parts, starts, ends }) => sql<SumRow>`WITH open AS MATERIALIZED (
      SELECT s.* FROM (SELECT ${openSince} AS since) o CROSS JOIN LATERAL analytics_sums(${names}, o.since, now(), false) s
      WHERE o.since - interval '25 hours' < (${ends})[array_upper(${ends}, 1)])
    SELECT c.fact, (width_bucket(c.bucket_start, ${starts}) - 1)::integer AS slice,
      CASE f.part WHEN 0 THEN NULL WHEN -1 THEN c.group_key ELSE split_part(c.group_key, '/', f.part) END AS "group",
      sum(c.n)::bigint AS n, sum(c.total) AS total
    FROM unnest(${names}, ${parts}) AS f (fact, part)
      CROSS JOIN LATERAL (
        SELECT r.fact, r.bucket_start, r.group_key, r.n, r.total FROM analytics_rollups r
        WHERE r.fact = f.fact AND r.bucket_start >= (${starts})[1] AND r.bucket_start < (${ends})[array_upper(${ends}, 1)]
        UNION ALL
        SELECT p.metric, p.bucket_start, p.group_key, p.n, 0 FROM analytics_counts p
        WHERE p.metric = f.fact AND p.bucket_start >= (${starts})[1] AND p.bucket_start < (${ends})[array_upper(${ends}, 1)]
        UNION ALL
        SELECT s.fact, s.bucket_start, s.group_key, s.n, s.total FROM open s WHERE s.fact = f.fact) c
    WHERE c.bucket_start >= (${starts})[1] AND c.bucket_start < (${ends})[width_bucket(c.bucket_start, ${starts})]
    GROUP BY 1, 2, 3`,
);

/** Which part of a fact's key is asked for: 0 none, -1 the whole of it. */
function partOf(fact: Fact, groupBy: string | null): number {
  const groups: readonly string[] = facts[fact];
  if (groupBy === null) return 0;
  return groups.length === 1 ? -1 : groups.indexOf(groupBy) + 1;
}

export async function readSums(
  database: Database,
  query: { facts: readonly Fact[]; slices: readonly Slice[]; groupBy: string | null },
): Promise<Sum[]> {
  const { slices, groupBy } = query;
  if (slices.length === 0) return [];
  return sums.run(database.query, {
    names: query.facts,
    parts: query.facts.map((fact) => partOf(fact, groupBy)),
    starts: slices.map(({ start }) => start),
    ends: slices.map(({ end }) => end),
  });
}
