import { createHash } from 'node:crypto';
import { createTimeSlices } from '@mood/domain';
import { sql } from 'kysely';
import type { Database, Query } from '../database.ts';
import { currentVersions } from '../moods/current-versions.ts';
import { statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Where the log is not as it was written. */
export interface AuditProblem {
  modelId: string;
  /** null: the row is not there. */
  version: number | null;
  id: string | null;
  /** In words, to go on after "First bad row: …". */
  problem: string;
}

export interface AuditVerification {
  rows: number;
  models: number;
  /** Models in which nothing is wrong … */
  complete: number;
  /** … and those in which something is: also those without any row left, which `models` does not count. */
  incomplete: number;
  problems: number;
  first: AuditProblem | null;
  /** When the walk began, by the database's clock: what was written later was not seen. */
  startedAt: Date;
}

export interface VerifyOptions {
  /** Only this model's chain. */
  modelId?: string | undefined;
  checkpoint?: Checkpoint | undefined;
  progress?: (done: number, total: number) => void | Promise<void>;
  /** Told of the newest row of each model whose chain is sound, in order of model. */
  onTail?: (modelId: string, version: number, hash: string) => void | Promise<void>;
}

const batchSize = 2_000;
const nowhere = '00000000-0000-0000-0000-000000000000';
/** A row is written a moment before it can be seen, and a checkpoint is dated by another clock: by how much they may differ. */
const checkpointSlackMicros = 300_000_000n;

const micros = (column: string) => sql<string>`(extract(epoch FROM ${sql.ref(column)}) * 1000000)::bigint::text`;

/** Every column that is in the hash; times in microseconds. */
const nextRows = statement(
  'verify-next-rows',
  { afterModel: 'uuid', afterVersion: 'bigint', modelId: 'uuid | null' },
  (db, { afterModel, afterVersion, modelId }) =>
    db
      .selectFrom('mood_transition_logs')
      .select(['id', 'model_id', 'version', 'previous_state', 'new_state', 'changed_by', 'admin_user_id', 'admin_reason', 'custom_message'])
      .select(['ip_address', 'user_agent', 'data_key_id', 'auto_respond', 'response_delay', 'previous_hash', 'hash'])
      .select([micros('expires_at').$castTo<string | null>().as('expires_micros'), micros('created_at').as('created_micros')])
      .where(sql<boolean>`(model_id, version) > (${afterModel}, ${afterVersion}) AND (${modelId} IS NULL OR model_id = ${modelId})`)
      .orderBy('model_id')
      .orderBy('version')
      .limit(batchSize),
);
type LogRow = RowOf<typeof nextRows>;

const statesWithoutLog = statement('verify-states-without-log', { modelId: 'uuid | null' }, (db, { modelId }) =>
  db
    .selectFrom('model_mood_states as s')
    .select(['s.model_id', 's.version'])
    .where(sql<boolean>`(${modelId} IS NULL OR s.model_id = ${modelId})`)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('mood_transition_logs as l').select('l.id').whereRef('l.model_id', '=', 's.model_id'))))
    .orderBy('s.model_id'),
);

const snapshotTime = statement('verify-started-at', {}, () => sql<{ at: Date }>`SELECT now() AS at`);

async function startOf(query: Query): Promise<Date> {
  const [row] = await snapshotTime.run(query, {});
  if (row === undefined) throw new Error('The database did not tell its time.');
  return row.at;
}

/** Exact enough to show how far it is, and there at once. */
const estimate = statement(
  'verify-estimate',
  {},
  () => sql<{ total: number }>`SELECT greatest(reltuples, 0)::bigint AS total FROM pg_class WHERE oid = 'mood_transition_logs'::regclass`,
);
const countOf = statement('verify-count', { modelId: 'uuid' }, (db, { modelId }) =>
  db
    .selectFrom('mood_transition_logs')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('model_id', '=', modelId),
);

/**
 * Walks the audit log in one snapshot and computes every hash anew, here and not in the database, whose functions a tamperer could
 * have replaced. A tail that was cut off shows against the current mood; if that was set back, too, against a checkpoint.
 */
export function verifyAuditLog(database: Database, options: VerifyOptions = {}): Promise<AuditVerification> {
  return database.readSnapshot(async (query) => {
    const startedAt = await startOf(query);
    const result: AuditVerification = { rows: 0, models: 0, complete: 0, incomplete: 0, problems: 0, first: null, startedAt };
    const broken = new Set<string>();
    const report = (problem: AuditProblem) => {
      broken.add(problem.modelId);
      result.problems += 1;
      result.first ??= problem;
    };
    const total = await countRows(query, options.modelId);
    const unseen = new Map(options.checkpoint?.tails);
    const takenMicros = options.checkpoint === undefined ? undefined : BigInt(Date.parse(options.checkpoint.takenAt)) * 1_000n;
    const isNewToCheckpoint = (modelId: string) => takenMicros !== undefined && options.checkpoint?.tails.has(modelId) === false;
    let tails: Tail[] = [];
    let tail: Tail | undefined;
    const giveWay = createTimeSlices();

    for (let after = { model_id: nowhere, version: 0 }; ;) {
      const rows = await nextRows.run(query, {
        afterModel: after.model_id,
        afterVersion: after.version,
        modelId: options.modelId ?? null,
      });
      for (const row of rows) {
        if (tail?.modelId !== row.model_id) {
          if (tail !== undefined) tails.push(tail);
          const notBefore = isNewToCheckpoint(row.model_id) && takenMicros !== undefined ? takenMicros - checkpointSlackMicros : null;
          tail = { modelId: row.model_id, version: 0, hash: null, sound: true, notBefore, createdMicros: null, expiresMicros: null };
          result.models += 1;
        }
        const problem = problemOf(row, tail, unseen.get(row.model_id));
        if (problem !== null) {
          // One report per model: what follows a broken link is broken, too.
          if (tail.sound) report({ modelId: row.model_id, version: row.version, id: row.id, problem });
          tail.sound = false;
        }
        if (unseen.get(row.model_id)?.version === row.version) unseen.delete(row.model_id);
        tail.version = row.version;
        tail.hash = row.hash;
        tail.createdMicros = BigInt(row.created_micros);
        tail.expiresMicros = row.expires_micros === null ? null : BigInt(row.expires_micros);
        await giveWay();
      }
      result.rows += rows.length;
      await finishTails(query, tails.splice(0), report, options.onTail);
      await options.progress?.(result.rows, Math.max(total, result.rows));
      const last = rows.at(-1);
      if (last === undefined || rows.length < batchSize) break;
      after = last;
    }
    if (tail !== undefined) await finishTails(query, [tail], report, options.onTail);

    const withoutLog = await statesWithoutLog.run(query, { modelId: options.modelId ?? null });
    for (const { model_id, version } of withoutLog) {
      const problem = `its mood is at version ${version}, and the log holds no row of it`;
      report({ modelId: model_id, version: null, id: null, problem });
    }
    for (const [modelId, { version }] of unseen) {
      if (options.modelId !== undefined && modelId !== options.modelId) continue;
      report({ modelId, version, id: null, problem: 'the checkpoint has this row, and the log does not: the tail was cut off' });
    }
    result.incomplete = broken.size;
    result.complete = Math.max(0, result.models + withoutLog.length - broken.size);
    return result;
  });
}

interface Tail {
  modelId: string;
  version: number;
  hash: Buffer | null;
  sound: boolean;
  /** A model that the checkpoint does not have has no row from before it. In microseconds, as the others. */
  notBefore: bigint | null;
  createdMicros: bigint | null;
  expiresMicros: bigint | null;
}

function problemOf(row: LogRow, before: Tail, kept: { version: number; hash: string } | undefined): string | null {
  if (row.version !== before.version + 1) {
    return before.version === 0
      ? `rows before version ${row.version} are missing`
      : `rows between version ${before.version} and it are missing`;
  }
  if (!sameBytes(row.previous_hash, before.hash)) return 'it does not follow the row before it: one of the two was exchanged or changed';
  if (!row.hash.equals(hashOf(row))) return 'its content was changed after it was written';
  if (kept?.version === row.version && kept.hash !== row.hash.toString('hex')) {
    return 'the checkpoint has another row at this version: the chain was computed anew';
  }
  return problemOfTime(row, before);
}

/** Times that could not have come about: the database's clock writes each, and none before the one before. */
function problemOfTime(row: LogRow, before: Tail): string | null {
  const created = BigInt(row.created_micros);
  if (before.createdMicros !== null && created < before.createdMicros) return 'its time is before that of the row before it';
  if (before.notBefore !== null && created < before.notBefore) return 'its time is before the checkpoint, which does not know this model';
  if (row.changed_by === 'system' && (before.expiresMicros === null || before.expiresMicros > created)) {
    return 'it says that a mood had ended, and the row before it has no end that had come';
  }
  return null;
}

const sameBytes = (a: Buffer | null, b: Buffer | null) => (a === null || b === null ? a === b : a.equals(b));

/** As the function mood_transition_hash does it. */
function hashOf(row: LogRow): Buffer {
  const hex = (bytes: Buffer | null) => bytes?.toString('hex') ?? '-';
  const parts = [
    hex(row.previous_hash),
    row.id,
    row.model_id,
    row.version,
    row.previous_state ?? '-',
    row.new_state,
    row.changed_by,
    row.admin_user_id ?? '-',
    hex(row.admin_reason),
    hex(row.custom_message),
    hex(row.ip_address),
    hex(row.user_agent),
    row.data_key_id ?? '-',
    row.auto_respond ? 't' : 'f',
    row.response_delay,
    row.expires_micros ?? '-',
    row.created_micros,
  ];
  return createHash('sha256').update(parts.join('|')).digest();
}

async function finishTails(
  query: Query,
  tails: readonly Tail[],
  report: (problem: AuditProblem) => void,
  onTail: VerifyOptions['onTail'],
): Promise<void> {
  if (tails.length === 0) return;
  const rows = await currentVersions.run(query, { modelIds: tails.map(({ modelId }) => modelId) });
  const current = new Map(rows.map(({ model_id, version }) => [model_id, version]));
  for (const { modelId, version, hash, sound } of tails) {
    const now = current.get(modelId);
    if (now !== undefined && now !== version) {
      report({ modelId, version, id: null, problem: `its mood is at version ${now}, and the log ends at ${version}` });
    } else if (sound && hash !== null) await onTail?.(modelId, version, hash.toString('hex'));
  }
}

async function countRows(query: Query, modelId: string | undefined): Promise<number> {
  const [row] = modelId === undefined ? await estimate.run(query, {}) : await countOf.run(query, { modelId });
  return row?.total ?? 0;
}
