import type { Slice, TemplateUses } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

const uses = statement(
  'analytics-template-uses',
  { since: 'timestamptz', before: 'timestamptz' },
  (_, { since, before }) => sql<TemplateUses>`SELECT group_key AS "group", sum(n)::bigint AS n FROM analytics_counts
    WHERE metric = 'templates_rendered' AND bucket_start >= ${since} AND bucket_start < ${before}
    GROUP BY group_key ORDER BY group_key`,
);

/** Messages are counted by the processes that make them, so no roll-up is needed. */
export const readTemplateUses = (database: Database, { start, end }: Slice): Promise<TemplateUses[]> =>
  uses.run(database.query, { since: start, before: end });
