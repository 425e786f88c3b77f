import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';

/** A place in the log: after this row, in order of model and version. */
export interface LogPlace {
  modelId: string;
  /** A bigint as text: whoever changed it may have written one that no number of JavaScript holds. */
  version: string;
}

export const [firstModel, lastModel] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
const [least, greatest] = ['-9223372036854775808', '9223372036854775807'];

export const beforeModel = (modelId: string): LogPlace => ({ modelId, version: least });
export const behindModel = (modelId: string): LogPlace => ({ modelId, version: greatest });

// Names are qualified: a function or operator of a tamperer's, whose parameters fit better, would be taken instead of PostgreSQL's.
const micros = (column: string) => sql`(extract(epoch FROM ${sql.ref(column)}) OPERATOR(pg_catalog.*) 1000000::numeric)::bigint::text`;
const orDash = (text: ReturnType<typeof micros>) => sql`coalesce(${text}, '-')`;
const hex = (column: string) => orDash(sql`pg_catalog.encode(${sql.ref(column)}, 'hex')`);

/** What is hashed: as in the function mood_transition_hash, which is not asked. */
const content = sql<string>`pg_catalog.concat_ws('|', ${hex('previous_hash')}, id, model_id, version, ${orDash(sql`previous_state`)}, new_state,
  changed_by, ${orDash(sql`admin_user_id::text`)}, ${hex('admin_reason')}, ${hex('custom_message')}, ${hex('ip_address')}, ${hex('user_agent')},
  ${orDash(sql`data_key_id::text`)}, auto_respond, response_delay, ${orDash(micros('expires_at'))}, ${micros('created_at')}, ${micros('held_until')})`;

const nextRows = statement(
  'verify-next-rows',
  { afterModel: 'uuid', afterVersion: 'bigint', through: 'uuid', rows: 'integer' },
  (db, { afterModel, afterVersion, through, rows }) =>
    db
      .selectFrom('mood_transition_logs')
      .select(['id', 'model_id', 'changed_by', 'previous_hash', 'hash', content.as('content')])
      .select([sql<string>`version::text`.as('version_text'), micros('created_at').$castTo<string>().as('created_micros')])
      .select(micros('expires_at').$castTo<string | null>().as('expires_micros'))
      .where(sql<boolean>`(model_id, version) > (${afterModel}, ${afterVersion}) AND model_id <= ${through}`)
      .orderBy('model_id')
      .orderBy('version')
      .limit(rows),
);
export type LogRow = RowOf<typeof nextRows>;

const statesBetween = statement('verify-states', { from: 'uuid', through: 'uuid' }, (db, { from, through }) =>
  db.selectFrom('model_mood_states').select(['model_id', 'version']).where('model_id', '>=', from).where('model_id', '<=', through),
);

export interface LogBatch {
  rows: LogRow[];
  /** The versions of the moods of all models whose rows end in this batch, and of those between them that have no rows. */
  states: Map<string, number>;
  /** Where the next batch begins; null: there are no more rows. */
  next: LogPlace | null;
}

/**
 * The next rows up to and with those of a model, and the moods they led to, as they were at one moment. What is written between two
 * batches comes at the end of its model's rows, so it is in the batch in which they end, or in none.
 */
export function readBatch(
  database: Pick<Database, 'readSnapshot'>,
  after: LogPlace,
  through: string,
  rowsAtOnce: number,
): Promise<LogBatch> {
  return database.readSnapshot(async (query) => {
    const rows = await nextRows.run(query, { afterModel: after.modelId, afterVersion: after.version, through, rows: rowsAtOnce });
    const last = rows.length < rowsAtOnce ? undefined : rows.at(-1);
    const states = await statesBetween.run(query, { from: after.modelId, through: last?.model_id ?? through });
    const versions = new Map(states.map(({ model_id, version }) => [model_id, version]));
    // Its rows go on, or were all read before.
    if (last !== undefined) versions.delete(last.model_id);
    if (after.version === greatest) versions.delete(after.modelId);
    return { rows, states: versions, next: last === undefined ? null : { modelId: last.model_id, version: last.version_text } };
  });
}

const rangeEnd = statement('verify-range-end', { after: 'uuid', modelsBefore: 'integer' }, (db, { after, modelsBefore }) =>
  db.selectFrom('model_mood_states').select('model_id').where('model_id', '>', after).orderBy('model_id').offset(modelsBefore).limit(1),
);

/** The id up to which so many more models have moods; that of no model, the last one, when there are fewer. */
export async function findRangeEnd(database: Pick<Database, 'query'>, after: string, models: number): Promise<string> {
  const [row] = await rangeEnd.run(database.query, { after, modelsBefore: models - 1 });
  return row?.model_id ?? lastModel;
}

const clock = statement('verify-started-at', {}, () => sql<{ at: Date }>`SELECT now() AS at`);

/** By the database's clock. */
export async function readClock(database: Pick<Database, 'query'>): Promise<Date> {
  const [row] = await clock.run(database.query, {});
  if (row === undefined) throw new Error('The database did not tell its time.');
  return row.at;
}

/** Exact enough to show how far it is, and there at once. */
const estimate = statement(
  'verify-estimate',
  {},
  () => sql<{ total: number }>`SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint AS total FROM pg_class WHERE relkind = 'r' AND (
    oid = 'mood_transition_logs'::regclass OR oid IN (SELECT relid FROM pg_partition_tree('mood_transition_logs')))`,
);
const countOf = statement('verify-count', { modelId: 'uuid' }, (db, { modelId }) =>
  db
    .selectFrom('mood_transition_logs')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('model_id', '=', modelId),
);

/** About how many rows the log has, of a model or of all. */
export async function countRows(database: Pick<Database, 'query'>, modelId: string | undefined): Promise<number> {
  const [row] = modelId === undefined ? await estimate.run(database.query, {}) : await countOf.run(database.query, { modelId });
  return row?.total ?? 0;
}
