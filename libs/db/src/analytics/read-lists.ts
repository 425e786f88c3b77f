import { sql } from 'kysely';
import type { Query } from '../database.ts';
import { statement } from '../statement.ts';
import { openSince } from './open-part.ts';
import { ordinalsOf } from './quantiles.ts';

interface ListRow {
  bucket_start: Date;
  group_key: string;
  items: Buffer;
}

const lists = statement('analytics-lists', { fact: 'text', since: 'timestamptz', before: 'timestamptz' }, (db, { fact, since, before }) =>
  db
    .selectFrom('analytics_lists')
    .select(['bucket_start', 'group_key', 'items'])
    .where('fact', '=', fact)
    .where('bucket_start', '>=', since)
    .where('bucket_start', '<', before)
    .where('bucket_start', '<', openSince)
    .orderBy('bucket_start'),
);

/** As lists will hold it. */
const openSeconds = statement(
  'analytics-open-seconds',
  { fact: 'text', since: 'timestamptz', before: 'timestamptz' },
  (_, { fact, since, before }) => sql<ListRow>`SELECT i.bucket_start, i.group_key, string_agg(float4send(i.seconds), ''::bytea) AS items
    FROM (SELECT ${openSince} AS since) o
      CROSS JOIN LATERAL analytics_items(ARRAY[${fact}], o.since, now()) i
    WHERE o.since < ${before} AND i.bucket_start >= ${since} AND i.bucket_start < ${before}
    GROUP BY 1, 2 ORDER BY 1`,
);

const openModels = statement(
  'analytics-open-models',
  { fact: 'text', since: 'timestamptz', before: 'timestamptz' },
  (_, { fact, since, before }) => sql<{ bucket_start: Date; model_id: string; ordinal: number | null }>`
    SELECT i.bucket_start, i.model_id, m.ordinal
    FROM (SELECT ${openSince} AS since) o
      CROSS JOIN LATERAL analytics_items(ARRAY[${fact}], o.since, now()) i
      LEFT JOIN analytics_models m ON m.model_id = i.model_id
    WHERE o.since < ${before} AND i.bucket_start >= ${since} AND i.bucket_start < ${before}
    ORDER BY 1`,
);

const highestOrdinal = statement('analytics-highest-ordinal', {}, (db) =>
  db.selectFrom('analytics_models').select((eb) => eb.fn.coalesce(eb.fn.max('ordinal'), sql<number>`0`).as('highest')),
);

/** At once in memory: of 100,000 changes a day, that is 12 MB. */
const pageMs = 31 * 86_400_000;

interface Range {
  start: Date;
  end: Date;
}

/** Lists of seconds, in order of time, with those of the time that has not been rolled up. @param query in one snapshot. */
export async function* readSeconds(query: Query, fact: string, range: Range): AsyncGenerator<ListRow> {
  for (const { since, before } of pages(range)) yield* await lists.run(query, { fact, since, before });
  yield* await openSeconds.run(query, { fact, since: range.start, before: range.end });
}

/** What models did in a bucket: once for each time. */
export interface ModelsOfBucket {
  start: number;
  ordinals: Uint32Array;
}

export interface ListedModels {
  /** In order of time, with those of the time that has not been rolled up. */
  buckets: AsyncIterable<ModelsOfBucket>;
  /** Above every ordinal. */
  size: number;
  /** Models that no list has held yet, by the ordinals that they were given here. */
  newModels: ReadonlyMap<number, string>;
}

/** @param query in one snapshot. */
export async function readModels(query: Query, fact: string, range: Range): Promise<ListedModels> {
  const [highest] = await highestOrdinal.run(query, {});
  const rows = await openModels.run(query, { fact, since: range.start, before: range.end });
  const newModels = new Map<number, string>();
  const given = new Map<string, number>();
  let size = (highest?.highest ?? 0) + 1;
  const open: ModelsOfBucket[] = rows.map(({ bucket_start, model_id, ordinal }) => {
    let known = ordinal ?? given.get(model_id);
    if (known === undefined) {
      known = size;
      size += 1;
      given.set(model_id, known);
      newModels.set(known, model_id);
    }
    return { start: bucket_start.getTime(), ordinals: Uint32Array.of(known) };
  });
  async function* buckets(): AsyncGenerator<ModelsOfBucket> {
    for (const { since, before } of pages(range))
      for (const { bucket_start, items } of await lists.run(query, { fact, since, before }))
        yield { start: bucket_start.getTime(), ordinals: ordinalsOf(items) };
    yield* open;
  }
  return { buckets: buckets(), size, newModels };
}

function* pages({ start, end }: Range): Generator<{ since: Date; before: Date }> {
  for (let since = start.getTime(); since < end.getTime(); since += pageMs)
    yield { since: new Date(since), before: new Date(Math.min(since + pageMs, end.getTime())) };
}
