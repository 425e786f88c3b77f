import { DomainError, ruleOf } from '@mood/domain';
import type { FlagRule, FlagStore, FlagUpdate, SetFlag } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { isKnown, toRule } from './flag-rows.ts';

const setFlags = statement('set-flags', {}, (db) =>
  db.selectFrom('mood_flags').select(['key', 'rule', 'version', 'changed_by', 'reason', 'changed_at']),
);

const setFlag = statement(
  'set-flag',
  { key: 'text', rule: 'jsonb', expectedVersion: 'integer | null', changedBy: 'uuid | null', reason: 'text' },
  (_, { key, rule, expectedVersion, changedBy, reason }) =>
    sql<{ outcome: FlagUpdate['kind']; current_version: number }>`SELECT outcome, current_version
      FROM set_flag(${key}, ${rule}, ${expectedVersion}, ${changedBy}, ${reason})`,
);

const flagChanges = statement('flag-changes', { key: 'text', before: 'integer', limit: 'integer' }, (db, { key, before, limit }) =>
  db
    .selectFrom('mood_flag_changes')
    .select(['version', 'before', 'after', 'changed_by', 'reason', 'changed_at'])
    .where('key', '=', key)
    .where('version', '<', before)
    .orderBy('version', 'desc')
    .limit(limit),
);

const newest = 2_147_483_647;

function readVersion(cursor: string | null): number {
  if (cursor === null) return newest;
  if (/^[1-9]\d{0,8}$/.test(cursor)) return Number(cursor);
  throw new DomainError('INVALID_REQUEST', 'cursor: expected the nextCursor of the page before.');
}

/** A rule that was broken by hand is shown as off for everybody. The processes use the default in its place, and say so in the log. */
const shown = (stored: unknown): FlagRule => toRule(stored) ?? ruleOf(false);

/** How flags are set, and the record of their changes, in PostgreSQL. */
export function createFlagStore(database: Database): FlagStore {
  return {
    async all() {
      const rows = await setFlags.run(database.query, {});
      return rows.flatMap(({ key, rule, version, changed_by: changedBy, reason, changed_at: changedAt }): SetFlag[] =>
        isKnown(key) ? [{ key, ...shown(rule), version, changedBy, reason, changedAt }] : [],
      );
    },

    async set(key, { percentage, ids, roles }, expectedVersion, change) {
      const rule = JSON.stringify({ percentage, ids, roles });
      const [row] = await setFlag.run(database.query, { key, rule, expectedVersion, ...change });
      if (row === undefined) throw new Error('set_flag returned no row');
      return row.outcome === 'stale' ? { kind: row.outcome, currentVersion: row.current_version } : { kind: row.outcome };
    },

    async history(key, { limit, cursor }) {
      const rows = await flagChanges.run(database.query, { key, before: readVersion(cursor), limit: limit + 1 });
      const changes = rows.slice(0, limit).map(({ version, before, after, changed_by: changedBy, reason, changed_at: changedAt }) => ({
        version,
        changedBy,
        reason,
        changedAt,
        before: before === null ? null : shown(before),
        after: shown(after),
      }));
      return { changes, nextCursor: rows.length > limit ? String(changes.at(-1)?.version) : null };
    },
  };
}
