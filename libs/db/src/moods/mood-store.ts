import type { Actor, CacheableMoods, ChangeRules, Mood, MoodSettings, MoodStore } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { AuditVault } from '../audit/vault.ts';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';
import { toCacheState } from './cache-register.ts';
import { createMoodChanger } from './change-mood.ts';
import type { ChangeRow } from './change-mood.ts';
import { createMoodEnder } from './end-moods.ts';
import { createMoodHistory } from './mood-history.ts';
import { findMood, findMoods, findMoodsBesideCache, toChangeOutcome, toExpiryOutcome, toMood } from './mood-rows.ts';

export interface MoodStoreOptions {
  /**
   * Whether readings of single moods that come at once share a statement. For jobs, of which many run at a time; somebody who waits for an
   * answer would also wait for the statement before, which takes its whole time when the database hangs.
   */
  sharedReads?: boolean;
  /** Told of every mood that had ended and was reset by the change that came next. */
  onEndedFirst?: () => void;
  /**
   * Told of the moods that were reset beside those that `expire` was called for, because they had ended a while ago. A cache has them by the
   * events about them; until then what it has says that they have ended.
   */
  onOverdueReset?: (moods: readonly Mood[]) => void;
}

export function createMoodStore(
  database: Database,
  vault: AuditVault,
  { sharedReads = false, onEndedFirst, onOverdueReset }: MoodStoreOptions = {},
): MoodStore & CacheableMoods {
  const changeMood = createMoodChanger(database);
  const endMood = createMoodEnder(database, (rows) =>
    onOverdueReset?.(rows.map((row) => toExpiryOutcome(row.model_id, row)).flatMap((end) => (end.kind === 'reset' ? [end.mood] : []))),
  );

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

  return { ...store, ...createMoodHistory(database, vault) };
}
