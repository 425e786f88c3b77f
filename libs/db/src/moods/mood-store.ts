import type {
  Actor,
  CacheableMoods,
  CacheState,
  ChangeRules,
  Mood,
  MoodSettings,
  MoodState,
  MoodStore,
  MoodTransition,
} from '@mood/domain';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AuditVault } from '../audit/vault.ts';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';
import { statement } from '../statement.ts';
import { toCacheState } from './cache-register.ts';
import { createMoodChanger } from './change-mood.ts';
import type { ChangeRow } from './change-mood.ts';
import { createMoodEnder } from './end-moods.ts';
import { findMood, findMoods, findMoodsBesideCache, toChangeOutcome, toExpiryOutcome, toMood } from './mood-rows.ts';

interface HistoryRow {
  id: string | null;
  total: number;
  version: number;
  new_state: MoodState;
  previous_state: MoodState | null;
  effective_at: Date;
  created_at: Date;
  changed_by: MoodTransition['changedBy'];
  admin_user_id: string | null;
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
    SELECT newest.total, l.id, l.version, l.admin_user_id, l.new_state, l.previous_state, l.created_at, l.changed_by, l.custom_message,
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
  /**
   * Told of the moods that were reset beside those that `expire` was called for, because they had ended a while ago, and of where the cache
   * stood. Nobody waits for it.
   */
  onOverdueReset?: (moods: readonly Mood[], cache: CacheState) => void;
}

export function createMoodStore(
  database: Database,
  vault: AuditVault,
  { sharedReads = false, onEndedFirst, onOverdueReset }: MoodStoreOptions = {},
): MoodStore & CacheableMoods {
  const changeMood = createMoodChanger(database);
  const endMood = createMoodEnder(database, (rows) => {
    const moods = rows
      .map((row) => toExpiryOutcome(row.model_id, row))
      .flatMap((outcome) => (outcome.kind === 'reset' ? [outcome.mood] : []));
    const [first] = rows;
    if (first !== undefined && moods.length > 0) onOverdueReset?.(moods, toCacheState(first));
  });

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
      expected_version: rules.expectedVersion ?? null,
    });
    if (row.ended_first) onEndedFirst?.();
    if (row.outcome !== 'key_destroyed') return row;
    vault.forget(modelId);
    return runChange(modelId, settings, actor, rules);
  }

  const store: Omit<MoodStore & CacheableMoods, 'history'> = {
    find: sharedReads ? findTogether : findOne,
    findMany,

    async findBesideCache(modelIds) {
      const rows = await findMoodsBesideCache.run(database.query, { modelIds });
      return rows[0] && { answer: rows.map(toMood), cache: toCacheState(rows[0]) };
    },

    async changeBesideCache(modelId, settings, actor, rules) {
      const row = await runChange(modelId, settings, actor, rules);
      return { answer: toChangeOutcome(modelId, settings, rules, row), cache: toCacheState(row) };
    },
    change: async (...change) => (await store.changeBesideCache(...change)).answer,

    async expireBesideCache(modelId, version) {
      const row = await endMood({ model_id: modelId, version });
      return { answer: toExpiryOutcome(modelId, row), cache: toCacheState(row) };
    },
    expire: async (...expiry) => (await store.expireBesideCache(...expiry)).answer,
  };

  return {
    ...store,

    async history(modelId, { limit, offset, before }, access) {
      const rows = await historyPage.run(database.query, { modelId, limit, offset, before: before ?? null });
      const history = rows.flatMap((row): MoodTransition[] => {
        if (row.id === null) return [];
        const stored =
          row.data_key_id === null ? null : { id: row.data_key_id, modelId, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
        return [
          {
            id: row.id,
            version: row.version,
            adminUserId: row.admin_user_id,
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
