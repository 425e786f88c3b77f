import type { Adoption, AuditState, MoodsNow, MoodState, OwnReplies, Slice } from '@mood/domain';
import { sql } from 'kysely';
import { findLastVerification } from '../audit/record-verification.ts';
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

/** Of times that were not rolled up, all at once: before the first that was, which may be years. Each reads its own days of the index alone. */
const countedLevels = statement(
  'analytics-counted-levels',
  { at: 'timestamptz[]' },
  (_, { at }) => sql<{ at: Date; fact: string; n: number }>`SELECT a AS at, w.fact, c.n
    FROM unnest(${at}) a
      CROSS JOIN (VALUES ('adopted_7d', interval '168 hours'), ('adopted_30d', interval '720 hours')) AS w (fact, length)
      CROSS JOIN LATERAL (SELECT count(DISTINCT l.model_id)::bigint AS n FROM mood_transition_logs l
        WHERE l.changed_by = 'model' AND l.created_at >= a - w.length AND l.created_at < a) c`,
);

const openStart = statement('analytics-open-start', {}, () => sql<{ since: Date }>`SELECT ${openSince} AS since`);

/** How many models had changed their mood themselves in the days before each instant, by fact. */
async function readAdopted(query: Query, at: readonly Date[]): Promise<Map<number, Map<string, number>>> {
  const found = new Map<number, Map<string, number>>();
  function note(instant: Date, fact: string, n: number): void {
    const levels = found.get(instant.getTime()) ?? new Map<string, number>();
    found.set(instant.getTime(), levels.set(fact, n));
  }
  for (const row of await storedLevels.run(query, { at })) note(row.at, row.fact, row.n);
  const [open] = await openStart.run(query, {});
  const isOpen = (instant: Date) => open !== undefined && instant > open.since;
  const missing = at.filter((instant) => !found.has(instant.getTime()));
  for (const instant of missing.filter(isOpen))
    for (const { fact, n } of await openLevels.run(query, { at: instant })) note(instant, fact, n);
  const before = missing.filter((instant) => !isOpen(instant));
  if (before.length > 0) for (const row of await countedLevels.run(query, { at: before })) note(row.at, row.fact, row.n);
  return found;
}

export function readAdoption(database: Database, at: readonly Date[]): Promise<Adoption[]> {
  if (at.length === 0) return Promise.resolve([]);
  return database.readSnapshot(async (query) => {
    const inOrder = [...new Set(at.map((instant) => instant.getTime()))].toSorted((a, b) => a - b).map((ms) => new Date(ms));
    const knownRows = await known.run(query, { at: inOrder });
    const adopted = await readAdopted(query, inOrder);
    const found = new Map<number, Adoption>();
    for (const [index, instant] of inOrder.entries()) {
      const levels = adopted.get(instant.getTime()) ?? new Map<string, number>();
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

export async function readAuditState(database: Database, since: Date): Promise<AuditState> {
  const row = await findLastVerification(database);
  if (row === undefined) return { complete: 0, models: 0, verifiedUntil: null };
  return { complete: row.verified_until >= since ? row.complete : 0, models: row.models, verifiedUntil: row.verified_until };
}
