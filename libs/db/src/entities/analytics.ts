import { defineEntity, p } from '@mikro-orm/core';

/** A quarter of an hour that has been rolled up. */
export const BucketEntity = defineEntity({
  name: 'AnalyticsBucket',
  tableName: 'analytics_buckets',
  properties: {
    bucketStart: p.datetime(6).primary(),
    rolledUpAt: p.datetime(6),
  },
});

/** What was counted in a bucket. */
export const RollupEntity = defineEntity({
  name: 'AnalyticsRollup',
  tableName: 'analytics_rollups',
  properties: {
    fact: p.text().primary(),
    bucketStart: p.datetime(6).primary(),
    groupKey: p.text().primary(),
    n: p.bigint('number'),
    total: p.double().default(0),
  },
});

/** What cannot be added up: numbers of four bytes each. */
export const ListEntity = defineEntity({
  name: 'AnalyticsList',
  tableName: 'analytics_lists',
  properties: {
    fact: p.text().primary(),
    bucketStart: p.datetime(6).primary(),
    groupKey: p.text().primary(),
    items: p.blob().$type<Buffer>(),
  },
});

/** A short name for a model in lists. */
export const ListedModelEntity = defineEntity({
  name: 'AnalyticsModel',
  tableName: 'analytics_models',
  properties: {
    ordinal: p.integer().primary().autoincrement(false),
    modelId: p.uuid(),
  },
});

/** A verification of the whole audit log. */
export const AuditVerificationEntity = defineEntity({
  name: 'AuditVerification',
  tableName: 'audit_verifications',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    verifiedUntil: p.datetime(6),
    models: p.bigint('number'),
    complete: p.bigint('number'),
    rows: p.bigint('number'),
    createdAt: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
});

/** A day whose buckets were counted again. */
export const ReconciliationEntity = defineEntity({
  name: 'AnalyticsReconciliation',
  tableName: 'analytics_reconciliations',
  properties: {
    day: p.date().primary(),
    differences: p.integer(),
    checkedAt: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
});

/** How far rows of a table were removed for their age. */
export const RetentionMarkEntity = defineEntity({
  name: 'RetentionMark',
  tableName: 'retention_marks',
  properties: {
    name: p.text().primary(),
    removedBefore: p.datetime(6),
  },
});
