import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

const now = sql`extract(epoch FROM clock_timestamp())`;

/** The row that says when somebody counted for operators last, in seconds. It is no bucket, and nobody sums it. */
const claim = statement(
  'claim-stock',
  { afterSeconds: 'double precision' },
  (_, { afterSeconds }) => sql<{ fact: string }>`INSERT INTO analytics_rollups AS r (fact, bucket_start, group_key, n, total)
    SELECT 'operators', 'epoch', '', 0, ${now}
    -- A row that is only locked is written, too: who comes too early does not get as far.
    WHERE (SELECT k.total > ${now} - ${afterSeconds} AND k.total <= ${now} FROM analytics_rollups k
      WHERE k.fact = 'operators' AND k.bucket_start = 'epoch' AND k.group_key = '') IS NOT TRUE
    -- The clock is read again by who has waited for the row: by what it read before, the one that was first would be ahead of its time.
    ON CONFLICT (fact, bucket_start, group_key) DO UPDATE SET total = ${now}
    WHERE r.total <= ${now} - ${afterSeconds} OR r.total > ${now}
    RETURNING r.fact`,
);

/**
 * Whether the caller is the one that counts for operators now: of all workers one is, until `afterMs` have passed. Judged by the database's
 * clock; when that was put back, whoever asks first.
 * @throws DependencyUnavailable.
 */
export async function claimStock(database: Pick<Database, 'query'>, afterMs: number): Promise<boolean> {
  const rows = await claim.run(database.query, { afterSeconds: afterMs / 1_000 });
  return rows.length === 1;
}
