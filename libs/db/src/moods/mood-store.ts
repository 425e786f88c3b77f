import { defaultMoodSettings, neverSetMood } from '@mood/domain';
import type { Actor, ChangeOutcome, ChangeRules, Mood, MoodAuthor, MoodSettings, MoodState, MoodStore, MoodTransition } from '@mood/domain';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AuditVault } from '../audit/vault.ts';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';
import { anyOf, statement } from '../statement.ts';
import type { RowOf, Tables } from '../statement.ts';
import { createMoodChanger } from './change-mood.ts';
import type { ChangeRow } from './change-mood.ts';

const moodOf = (db: Kysely<Tables>) =>
  db
    .selectFrom('performers as p')
    .leftJoin('model_mood_states as s', 's.model_id', 'p.id')
    .select(['p.id', 'p.created_at as known_since', 's.mood_state', 's.custom_message', 's.auto_respond', 's.response_delay'])
    .select(['s.expires_at', 's.updated_by', 's.updated_at', 's.version']);

const findMood = statement('find-mood', { modelId: 'uuid' }, (db, { modelId }) => moodOf(db).where('p.id', '=', modelId));

const findMoods = statement('find-moods', { modelIds: 'uuid[]' }, (db, { modelIds }) => moodOf(db).where('p.id', '=', anyOf(modelIds)));

function toMood(row: RowOf<typeof findMood>): Mood {
  const { mood_state, auto_respond, response_delay, updated_by, updated_at, version } = row;
  if (
    mood_state === null ||
    auto_respond === null ||
    response_delay === null ||
    updated_by === null ||
    updated_at === null ||
    version === null
  ) {
    return neverSetMood(row.id, row.known_since);
  }
  return {
    modelId: row.id,
    version,
    moodState: mood_state,
    customMessage: row.custom_message,
    autoRespond: auto_respond,
    responseDelay: response_delay,
    expiresAt: row.expires_at,
    lastUpdated: updated_at,
    updatedBy: updated_by,
  };
}

function toChangedMood(
  modelId: string,
  settings: Omit<MoodSettings, 'responseDelay'>,
  row: Pick<ChangeRow, 'version' | 'response_delay' | 'changed_at' | 'updated_by'>,
): Mood {
  return {
    ...settings,
    modelId,
    version: row.version,
    responseDelay: row.response_delay,
    lastUpdated: row.changed_at,
    updatedBy: row.updated_by,
  };
}

interface HistoryRow {
  id: string | null;
  total: number;
  version: number;
  new_state: MoodState;
  previous_state: MoodState | null;
  effective_at: Date;
  created_at: Date;
  changed_by: MoodTransition['changedBy'];
  custom_message: Buffer | null;
  data_key_id: string | null;
  master_key_id: string | null;
  wrapped_key: Buffer | null;
}

/**
 * Versions of a model are gapless, so the page is a range of versions: its cost does not grow with the offset or with
 * the number of rows, and the newest version is the total.
 */
export const historyPage = statement(
  'mood-history',
  { modelId: 'uuid', limit: 'integer', offset: 'integer', before: 'integer | null' },
  (_, { modelId, limit, offset, before }) =>
    sql<HistoryRow>`WITH newest AS (SELECT coalesce(max(version), 0) AS total FROM mood_transition_logs WHERE model_id = ${modelId})
    SELECT newest.total, l.id, l.version, l.new_state, l.previous_state, l.created_at, l.changed_by, l.custom_message,
      -- A reset took effect when the mood before it ended.
      CASE l.changed_by WHEN 'system' THEN coalesce((SELECT e.expires_at FROM mood_transition_logs e
        WHERE e.model_id = ${modelId} AND e.version = l.version - 1), l.created_at) ELSE l.created_at END AS effective_at,
      l.data_key_id, k.master_key_id, k.wrapped_key
    FROM newest
    LEFT JOIN LATERAL (
      SELECT * FROM mood_transition_logs t WHERE t.model_id = ${modelId} AND t.version <= least(newest.total, ${before} - 1) - ${offset}
      ORDER BY t.version DESC LIMIT ${limit}) l ON true
    LEFT JOIN audit_data_keys k ON k.id = l.data_key_id
    ORDER BY l.version DESC`,
);

export interface MoodStoreOptions {
  /**
   * Whether readings of single moods that come at once share a statement. For jobs, of which many run at a time; somebody who waits for an
   * answer would also wait for the statement before, which takes its whole time when the database hangs.
   */
  sharedReads?: boolean;
  /** Told of every mood that had ended and was reset by the change that came next. */
  onEndedFirst?: () => void;
}

interface ExpiryRow {
  outcome: 'changed' | 'superseded' | 'not_due';
  version: number;
  updated_by: MoodAuthor;
  changed_at: Date;
  remaining_ms: number | null;
}

const expireMood = statement(
  'expire-mood',
  { modelId: 'uuid', version: 'bigint' },
  (_, { modelId, version }) => sql<ExpiryRow>`SELECT * FROM expire_mood(${modelId}, ${version})`,
);

export function createMoodStore(
  database: Database,
  vault: AuditVault,
  { sharedReads = false, onEndedFirst }: MoodStoreOptions = {},
): MoodStore {
  const changeMood = createMoodChanger(database);

  async function findMany(modelIds: readonly string[]): Promise<Mood[]> {
    const rows = await findMoods.run(database.query, { modelIds });
    return rows.map(toMood);
  }

  async function findOne(modelId: string): Promise<Mood | null> {
    const [row] = await findMood.run(database.query, { modelId });
    return row === undefined ? null : toMood(row);
  }

  const findTogether = groupCalls<string, Mood | null>({
    maxTogether: 100,
    maxStatements: 2,
    alone: findOne,
    async together(modelIds) {
      const byModel = new Map((await findMany(modelIds)).map((mood) => [mood.modelId, mood]));
      return modelIds.map((modelId) => byModel.get(modelId) ?? null);
    },
  });

  async function runChange(
    modelId: string,
    settings: Omit<MoodSettings, 'responseDelay'> & { responseDelay: number | null },
    actor: Actor,
    rules: ChangeRules,
  ): Promise<ChangeRow> {
    const logId = uuidv7();
    const key = await vault.keyFor(modelId);
    const sealed = (field: 'admin_reason' | 'custom_message' | 'ip_address' | 'user_agent', text: string | null) =>
      vault.seal(key, { rowId: logId, modelId, field }, text);
    const row = await changeMood({
      model_id: modelId,
      mood_state: settings.moodState,
      custom_message: settings.customMessage,
      auto_respond: settings.autoRespond,
      response_delay: settings.responseDelay,
      expires_at: settings.expiresAt,
      changed_by: actor.kind,
      admin_user_id: actor.kind === 'admin' ? actor.adminUserId : null,
      log_id: logId,
      data_key_id: key.id,
      admin_reason: sealed('admin_reason', actor.kind === 'admin' ? actor.reason : null),
      sealed_message: sealed('custom_message', settings.customMessage),
      ip_address: sealed('ip_address', actor.origin.ipAddress),
      user_agent: sealed('user_agent', actor.origin.userAgent),
      hourly_limit: rules.hourlyLimit,
      terms_version: rules.termsVersion,
      hold_minutes: rules.holdMinutes,
      reason_code: actor.kind === 'admin' ? actor.reasonCode : null,
    });
    if (row.ended_first) onEndedFirst?.();
    if (row.outcome !== 'key_destroyed') return row;
    vault.forget(modelId);
    return runChange(modelId, settings, actor, rules);
  }

  return {
    find: sharedReads ? findTogether : findOne,
    findMany,

    async change(modelId, settings, actor, rules): Promise<ChangeOutcome> {
      const row = await runChange(modelId, settings, actor, rules);
      switch (row.outcome) {
        case 'changed': {
          const mood = toChangedMood(modelId, settings, row);
          const { hourlyLimit } = rules;
          const allowance =
            hourlyLimit === null || row.used === null || row.reset_time === null
              ? null
              : { limit: hourlyLimit, remaining: hourlyLimit - row.used, resetTime: row.reset_time };
          return { kind: 'changed', mood, allowance, heldUntil: row.held_until };
        }
        case 'rate_limited':
          if (row.reset_time === null) throw new Error('change_moods refused by limit without a reset time');
          return { kind: 'rate_limited', resetTime: row.reset_time };
        case 'held':
          if (row.held_until === null) throw new Error('change_moods refused by a hold without an end');
          return { kind: 'held', heldUntil: row.held_until };
        case 'terms_not_accepted':
        case 'model_unknown':
        case 'end_is_over':
        case 'end_is_too_late':
          return { kind: row.outcome };
        case 'key_destroyed':
          throw new Error('change_moods refused a data key that was looked up anew');
      }
    },

    async expire(modelId, version) {
      const [row] = await expireMood.run(database.query, { modelId, version });
      switch (row?.outcome) {
        case 'changed':
          return {
            kind: 'reset',
            mood: toChangedMood(modelId, defaultMoodSettings, { ...row, response_delay: defaultMoodSettings.responseDelay }),
          };
        case 'not_due':
          return { kind: 'not_due', remainingMs: row.remaining_ms ?? 0 };
        case 'superseded':
          return { kind: 'superseded' };
        case undefined:
          throw new Error('expire_mood returned no row');
      }
    },

    async history(modelId, { limit, offset, before }, access) {
      const rows = await historyPage.run(database.query, { modelId, limit, offset, before: before ?? null });
      const history = rows.flatMap((row): MoodTransition[] => {
        if (row.id === null) return [];
        const stored =
          row.data_key_id === null ? null : { id: row.data_key_id, modelId, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
        return [
          {
            moodState: row.new_state,
            previousState: row.previous_state,
            changedAt: row.effective_at,
            recordedAt: row.created_at,
            changedBy: row.changed_by,
            customMessage: vault.open(access, stored, { rowId: row.id, modelId, field: 'custom_message' }, row.custom_message),
          },
        ];
      });
      const last = rows.at(-1);
      const next = last === undefined || last.id === null || last.version <= 1 ? null : last.version;
      return { history, total: rows[0]?.total ?? 0, next };
    },
  };
}
