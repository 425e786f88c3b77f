import type { AnalyticsReader, Slice } from '@mood/domain';
import { sql } from 'kysely';
import type { Database, Query } from '../database.ts';
import { statement } from '../statement.ts';
import { countOrdinals } from './quantiles.ts';
import { readModels } from './read-lists.ts';

type Top = Awaited<ReturnType<AnalyticsReader['top']>>;

const counted = statement(
  'analytics-top-counted',
  { metric: 'text', since: 'timestamptz', before: 'timestamptz', limit: 'integer' },
  (_, { metric, since, before, limit }) => sql<{ model_id: string; value: number }>`SELECT model_id, sum(n)::bigint AS value
    FROM analytics_counts
    WHERE metric = ${metric} AND bucket_start >= ${since} AND bucket_start < ${before} AND model_id IS NOT NULL
    GROUP BY model_id ORDER BY value DESC, model_id LIMIT ${limit}`,
);

/** Of models with the same value the first, by ID. */
const named = statement(
  'analytics-model-ids',
  { ordinals: 'integer[]', limit: 'integer' },
  (_, { ordinals, limit }) => sql<{ ordinal: number; model_id: string }>`SELECT ordinal, model_id FROM analytics_models
    WHERE ordinal = ANY(${ordinals}) ORDER BY model_id LIMIT ${limit}`,
);

async function topOfLists(query: Query, fact: string, period: Slice, limit: number): Promise<Top> {
  const { buckets, size, newModels } = await readModels(query, fact, period);
  const counts = new Uint32Array(size);
  for await (const { ordinals } of buckets) countOrdinals(ordinals, counts);
  const sorted = counts.filter((n) => n > 0).toSorted();
  const least = sorted.at(-Math.min(limit, sorted.length)) ?? Infinity;

  async function idsOf(isWanted: (n: number) => boolean, most: number): Promise<Top> {
    const wanted: number[] = [];
    for (const [ordinal, n] of counts.entries()) if (isWanted(n)) wanted.push(ordinal);
    const rows = await named.run(query, { ordinals: wanted.filter((ordinal) => !newModels.has(ordinal)), limit: most });
    for (const ordinal of wanted) {
      const model = newModels.get(ordinal);
      if (model !== undefined) rows.push({ ordinal, model_id: model });
    }
    return rows.map(({ ordinal, model_id }) => ({ modelId: model_id, value: counts[ordinal] ?? 0 }));
  }
  const above = await idsOf((n) => n > least, limit);
  const equal = await idsOf((n) => n === least, limit - above.length);
  const byValue = (a: Top[number], b: Top[number]) => b.value - a.value || (a.modelId < b.modelId ? -1 : 1);
  return [...above, ...equal].toSorted(byValue).slice(0, limit);
}

export async function readTop(database: Database, { metric, period, limit }: Parameters<AnalyticsReader['top']>[0]): Promise<Top> {
  if (metric === 'changes' || metric === 'replies_sent') return database.readSnapshot((query) => topOfLists(query, metric, period, limit));
  const rows = await counted.run(database.query, { metric, since: period.start, before: period.end, limit });
  return rows.map(({ model_id, value }) => ({ modelId: model_id, value }));
}
