import { defineEntity, p, UnderscoreNamingStrategy } from '@mikro-orm/core';
import { AbuseCheckEntity, AlertEntity, CountBatchEntity, CountEntity, FeedbackEntity } from './abuse.ts';
import {
  AuditVerificationEntity,
  BucketEntity,
  ListEntity,
  ListedModelEntity,
  ReconciliationEntity,
  RetentionMarkEntity,
  RollupEntity,
} from './analytics.ts';
import { AuditAccessEntity, DataKeyEntity, TransitionEntity } from './audit.ts';
import { CacheEntity, CacheProcessEntity } from './cache.ts';
import { ExperimentDecisionEntity, ExperimentPhaseEntity, ExperimentVariantEntity } from './experiments.ts';
import { FlagCatalogEntity, FlagChangeEntity, FlagEntity } from './flags.ts';
import { MoodStateEntity, PerformerEntity, RateLimitEntity, TermsAcceptanceEntity } from './moods.ts';
import { AutoReplyEntity, ConversationEntity, OutboxEntity } from './promises.ts';
import { TemplateCatalogEntity, TemplateEntity, TemplateUsageEntity, TemplateVersionEntity } from './templates.ts';

export { TemplateEntity, TemplateVersionEntity } from './templates.ts';

/** Every text of a function that the database has had. */
const FunctionEntity = defineEntity({
  name: 'DatabaseFunction',
  tableName: 'mood_functions',
  properties: {
    name: p.text().primary(),
    textHash: p.text().primary(),
    definitionHash: p.text(),
    madeAt: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
});

const ours = [
  AbuseCheckEntity,
  AlertEntity,
  AuditAccessEntity,
  AuditVerificationEntity,
  AutoReplyEntity,
  BucketEntity,
  CacheEntity,
  CacheProcessEntity,
  ConversationEntity,
  CountBatchEntity,
  CountEntity,
  DataKeyEntity,
  FeedbackEntity,
  ExperimentDecisionEntity,
  ExperimentPhaseEntity,
  ExperimentVariantEntity,
  FlagCatalogEntity,
  FlagChangeEntity,
  FlagEntity,
  FunctionEntity,
  ListEntity,
  ListedModelEntity,
  MoodStateEntity,
  OutboxEntity,
  RateLimitEntity,
  ReconciliationEntity,
  RetentionMarkEntity,
  RollupEntity,
  TemplateCatalogEntity,
  TemplateEntity,
  TemplateUsageEntity,
  TemplateVersionEntity,
  TermsAcceptanceEntity,
  TransitionEntity,
] as const;

/**
 * The tables and their columns, as the newest migration leaves them. Indexes, constraints, triggers and policies stand in sql/ alone. A test
 * compares the two.
 */
export const entities = [...ours, PerformerEntity] as const;

const naming = new UnderscoreNamingStrategy();

const columnOf = (name: string, property: object): string =>
  'fieldName' in property && typeof property.fieldName === 'string' ? property.fieldName : naming.propertyToColumnName(name);

/**
 * The columns of every table of ours. Looked for by `inspectDatabase`: a column that is missing (dropped, renamed, or from a dump of an older
 * schema) stops statements as a missing table does. Columns that are not here disturb nobody. What else a table of the platform holds is its
 * affair.
 */
export const columns: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ours.map(({ meta }) => [meta.tableName, Object.entries<object>(meta.properties).map(([name, property]) => columnOf(name, property))]),
);
