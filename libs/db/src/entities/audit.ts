import { defineEntity, p } from '@mikro-orm/core';
import { moodStates } from '@mood/domain';
import { changers } from './moods.ts';

const sealed = () => p.blob().$type<Buffer>().strictNullable();

/** What the personal fields of a model's audit rows are sealed with. A destroyed key has no bytes. */
export const DataKeyEntity = defineEntity({
  name: 'AuditDataKey',
  tableName: 'audit_data_keys',
  properties: {
    id: p.uuid().primary(),
    modelId: p.uuid(),
    masterKeyId: p.string().length(40).strictNullable(),
    wrappedKey: p.blob().$type<Buffer>().strictNullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    destroyedAt: p.datetime(6).strictNullable(),
  },
});

/** Append-only: one row for each change of a mood, written by the functions alone. */
export const TransitionEntity = defineEntity({
  name: 'MoodTransition',
  tableName: 'mood_transition_logs',
  properties: {
    id: p.uuid().primary(),
    modelId: p.uuid(),
    version: p.bigint('number'),
    previousState: p.enum(moodStates).columnType('varchar(20)').strictNullable(),
    newState: p.enum(moodStates).columnType('varchar(20)'),
    changedBy: p.enum(changers).columnType('varchar(20)'),
    adminUserId: p.uuid().strictNullable(),
    adminReason: sealed(),
    customMessage: sealed(),
    ipAddress: sealed(),
    userAgent: sealed(),
    dataKeyId: p.uuid().strictNullable(),
    autoRespond: p.boolean(),
    responseDelay: p.integer(),
    expiresAt: p.datetime(6).strictNullable(),
    createdAt: p.datetime(6),
    previousHash: p.blob().$type<Buffer>().strictNullable(),
    hash: p.blob().$type<Buffer>(),
    heldUntil: p.datetime(6).strictNullable(),
  },
});

/** Append-only: who has read what is sealed. */
export const AuditAccessEntity = defineEntity({
  name: 'AuditAccess',
  tableName: 'mood_audit_accesses',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    kind: p.enum(['read', 'export', 'erase']).columnType('text'),
    adminUserId: p.uuid().strictNullable(),
    filter: p.json<object>(),
    createdAt: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
});
