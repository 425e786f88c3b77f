import { defaultMoodSettings, neverSetMood } from '@mood/domain';
import type { ChangeOutcome, ChangeRules, ExpiryOutcome, Mood, MoodAuthor, MoodSettings } from '@mood/domain';
import type { Kysely } from 'kysely';
import { anyOf, statement } from '../statement.ts';
import type { RowOf, Tables } from '../statement.ts';
import type { CacheColumns } from './cache-register.ts';
import type { ChangeRow } from './change-mood.ts';

const moodOf = (db: Kysely<Tables>) =>
  db
    .selectFrom('performers as p')
    .leftJoin('model_mood_states as s', 's.model_id', 'p.id')
    .select(['p.id', 'p.created_at as known_since', 's.mood_state', 's.custom_message', 's.auto_respond', 's.response_delay'])
    .select(['s.expires_at', 's.updated_by', 's.updated_at', 's.version']);

export const findMood = statement('find-mood', { modelId: 'uuid' }, (db, { modelId }) => moodOf(db).where('p.id', '=', modelId));

export const findMoods = statement('find-moods', { modelIds: 'uuid[]' }, (db, { modelIds }) =>
  moodOf(db).where('p.id', '=', anyOf(modelIds)),
);

/** One moment for both. */
export const findMoodsBesideCache = statement('find-moods-beside-cache', { modelIds: 'uuid[]' }, (db, { modelIds }) =>
  moodOf(db)
    .crossJoin('mood_cache as c')
    .select(['c.closures as cache_closures', 'c.epoch as cache_epoch', 'c.servers as cache_servers'])
    .where('p.id', '=', anyOf(modelIds)),
);

export function toMood(row: RowOf<typeof findMood>): Mood {
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

/** @throws Error for an outcome that a caller does not get to see: `key_destroyed` is tried again with another key. */
export function toChangeOutcome(
  modelId: string,
  settings: Omit<MoodSettings, 'responseDelay'>,
  { hourlyLimit }: ChangeRules,
  row: ChangeRow,
): ChangeOutcome {
  switch (row.outcome) {
    case 'changed': {
      const mood = toChangedMood(modelId, settings, row);
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
    case 'version_conflict':
      return { kind: 'version_conflict', currentVersion: row.version - 1 };
    case 'terms_not_accepted':
    case 'model_unknown':
    case 'end_is_over':
    case 'end_is_too_late':
      return { kind: row.outcome };
    case 'key_destroyed':
      throw new Error('change_moods refused a data key that was looked up anew');
  }
}

/** What the database did with the end of a mood. */
export interface ExpiryRow extends CacheColumns {
  outcome: 'changed' | 'superseded' | 'not_due';
  version: number;
  updated_by: MoodAuthor;
  changed_at: Date;
  remaining_ms: number | null;
}

export function toExpiryOutcome(modelId: string, row: ExpiryRow): ExpiryOutcome {
  switch (row.outcome) {
    case 'changed': {
      const settings = { ...row, response_delay: defaultMoodSettings.responseDelay };
      return { kind: 'reset', mood: toChangedMood(modelId, defaultMoodSettings, settings) };
    }
    case 'not_due':
      return { kind: 'not_due', remainingMs: row.remaining_ms ?? 0 };
    case 'superseded':
      return { kind: 'superseded' };
  }
}
