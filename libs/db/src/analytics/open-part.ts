import { sql } from 'kysely';

/**
 * Where what has been rolled up ends: from there on, rows of other tables are counted for whoever asks. Before the first round of a worker
 * that is a day.
 */
export const openSince = sql<Date>`coalesce((SELECT max(b.bucket_start) + interval '15 minutes' FROM analytics_buckets b),
  date_bin('15 minutes', now(), 'epoch') - interval '1 day')`;
