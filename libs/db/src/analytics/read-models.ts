import type { Adoption, AuditState, MoodsNow, MoodState, OwnReplies, Slice } from '@mood/domain';
import { sql } from 'kysely';
import type { Database, Query } from '../database.ts';
import { statement } from '../statement.ts';
import { openSince } from './open-part.ts';

/** In one walk over all of them. */
const known = statement(
  'analytics-models-known',
  { at: 'timestamptz[]' },
  (_, { at }) => sql<{ after: number; n: number }>`SELECT width_bucket(created_at, ${at})::integer AS after, count(*)::bigint AS n
    FROM performers GROUP BY 1`,
);

/** What was rolled up of the bucket that ends then. */
const storedLevels = statement(
  'analytics-stored-levels',
  { at: 'timestamptz[]' },
  (_, { at }) => sql<{ at: Date; fact: string; n: number }>`SELECT a AS at, r.fact, r.n
    FROM unnest(${at}) a JOIN analytics_rollups r ON r.fact = ANY('{adopted_7d,adopted_30d}') AND r.bucket_start = a - interval '15 minutes'
      AND r.bucket_start < ${openSince}`,
);

/** Of the time that has not been rolled up. */
const openLevels = statement(
  'analytics-open-levels',
  { at: 'timestamptz' },
  (_, { at }) => sql<{ fact: string; n: number }>`SELECT DISTINCT ON (s.fact) s.fact, s.n
    FROM (SELECT ${openSince} AS since) o
      CROSS JOIN LATERAL analytics_sums('{adopted_7d,adopted_30d}', o.since, ${at}, false) s
    WHERE o.since < ${at} ORDER BY s.fact, s.bucket_start DESC`,
);

/** Of a time before the first that was rolled up. */
const countedLevels = statement(
  'analytics-counted-levels',
  { at: 'timestamptz' },
  (_, { at }) => sql<{ fact: string; n: number }>`SELECT fact, n FROM analytics_levels(date_bin('15 minutes', ${at}, 'epoch'), true)`,
);

async function adoptedAt(query: Query, at: Date): Promise<Map<string, number>> {
  const open = await openLevels.run(query, { at });
  const rows = open.length > 0 ? open : await countedLevels.run(query, { at });
  return new Map(rows.map(({ fact, n }) => [fact, n]));
}

export function readAdoption(database: Database, at: readonly Date[]): Promise<Adoption[]> {
  if (at.length === 0) return Promise.resolve([]);
  return database.readSnapshot(async (query) => {
    const inOrder = [...new Set(at.map((instant) => instant.getTime()))].toSorted((a, b) => a - b).map((ms) => new Date(ms));
    const knownRows = await known.run(query, { at: inOrder });
    const stored = new Map<number, Map<string, number>>();
    for (const row of await storedLevels.run(query, { at: inOrder })) {
      const levels = stored.get(row.at.getTime()) ?? new Map<string, number>();
      stored.set(row.at.getTime(), levels.set(row.fact, row.n));
    }
    const found = new Map<number, Adoption>();
    for (const [index, instant] of inOrder.entries()) {
      const levels = stored.get(instant.getTime()) ?? (await adoptedAt(query, instant));
      found.set(instant.getTime(), {
        known: knownRows.filter(({ after }) => after <= index).reduce((sum, { n }) => sum + n, 0),
        adopted7d: levels.get('adopted_7d') ?? 0,
        adopted30d: levels.get('adopted_30d') ?? 0,
      });
    }
    return at.map((instant) => found.get(instant.getTime()) ?? { known: 0, adopted7d: 0, adopted30d: 0 });
  });
}

const moodsNow = statement(
  'analytics-moods-now',
  {},
  () => sql<{ at: Date; known: number; active: number; positive: number; negative: number }>`SELECT now() AS at,
      (SELECT count(*) FROM performers) AS known,
      count(*) FILTER (WHERE s.mood_state <> 'neutral' OR s.custom_message IS NOT NULL OR s.auto_respond) AS active,
      count(*) FILTER (WHERE s.mood_state = 'positive') AS positive,
      count(*) FILTER (WHERE s.mood_state = 'negative') AS negative
    FROM model_mood_states s WHERE s.expires_at IS NULL OR s.expires_at > now()`,
);

export async function readMoodsNow(database: Database): Promise<MoodsNow> {
  const [row] = await moodsNow.run(database.query, {});
  if (row === undefined) throw new Error('an aggregate has a row');
  const { at, known: models, active, positive, negative } = row;
  return { at, known: models, active, byState: { neutral: models - positive - negative, positive, negative } };
}

const ownReplies = statement(
  'analytics-own-replies',
  { modelId: 'uuid', since: 'timestamptz', before: 'timestamptz' },
  (_, { modelId, since, before }) => sql<{ mood_state: MoodState; sent: number; mature: number; engaged: number }>`SELECT mood_state,
      count(*) AS sent,
      count(*) FILTER (WHERE sent_at <= now() - interval '1 hour') AS mature,
      count(*) FILTER (WHERE sent_at <= now() - interval '1 hour' AND engaged_at <= sent_at + interval '1 hour') AS engaged
    FROM auto_replies
    WHERE model_id = ${modelId} AND status = 'sent' AND sent_at >= ${since} AND sent_at < ${before} AND mood_state IS NOT NULL
    GROUP BY mood_state ORDER BY mood_state`,
);

export async function readRepliesOf(database: Database, modelId: string, { start, end }: Slice): Promise<OwnReplies[]> {
  const rows = await ownReplies.run(database.query, { modelId, since: start, before: end });
  return rows.map(({ mood_state, ...counts }) => ({ moodState: mood_state, ...counts }));
}

const lastVerification = statement('analytics-audit-state', {}, (db) =>
  db.selectFrom('audit_verifications').select(['verified_until', 'models', 'complete']).orderBy('verified_until', 'desc').limit(1),
);

export async function readAuditState(database: Database, since: Date): Promise<AuditState> {
  const [row] = await lastVerification.run(database.query, {});
  if (row === undefined) return { complete: 0, models: 0, verifiedUntil: null };
  return { complete: row.verified_until >= since ? row.complete : 0, models: row.models, verifiedUntil: row.verified_until };
}
