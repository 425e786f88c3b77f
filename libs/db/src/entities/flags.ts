import { defineEntity, p } from '@mikro-orm/core';
import type { FlagRule } from '@mood/domain';

/** How a flag is set. One that nobody has set has no row. */
export const FlagEntity = defineEntity({
  name: 'Flag',
  tableName: 'mood_flags',
  properties: {
    key: p.string().length(60).primary(),
    rule: p.json<FlagRule>(),
    version: p.integer(),
    changedBy: p.uuid().strictNullable(),
    reason: p.text().strictNullable(),
    changedAt: p.datetime(6),
  },
});

/** Append-only: every change of a flag. Written by a trigger. */
export const FlagChangeEntity = defineEntity({
  name: 'FlagChange',
  tableName: 'mood_flag_changes',
  properties: {
    key: p.string().length(60).primary(),
    version: p.integer().primary(),
    before: p.json<FlagRule>().strictNullable(),
    after: p.json<FlagRule>(),
    changedBy: p.uuid().strictNullable(),
    reason: p.text().strictNullable(),
    changedAt: p.datetime(6),
  },
});

/** One row: the revision of the last change of any flag. */
export const FlagCatalogEntity = defineEntity({
  name: 'FlagCatalog',
  tableName: 'mood_flag_catalog',
  properties: {
    onlyRow: p.boolean().primary().default(true),
    revision: p.bigint('number'),
  },
});
