import { defineEntity, p } from '@mikro-orm/core';
import { moodStates } from '@mood/domain';

const authors = ['model', 'admin'] as const;
export const changers = ['model', 'admin', 'system'] as const;

/** A performer, as far as this system knows one: that it exists, and since when. The table is the platform's. */
export const PerformerEntity = defineEntity({
  name: 'Performer',
  tableName: 'performers',
  properties: {
    id: p.uuid().primary(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** The current mood of every model that has ever set one. */
export const MoodStateEntity = defineEntity({
  name: 'ModelMoodState',
  tableName: 'model_mood_states',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    modelId: p.uuid(),
    moodState: p.enum(moodStates).columnType('varchar(20)'),
    customMessage: p.string().length(200).strictNullable(),
    autoRespond: p.boolean().default(false),
    responseDelay: p.integer().default(0),
    expiresAt: p.datetime(6).strictNullable(),
    updatedBy: p.enum(authors).columnType('varchar(20)'),
    changedBy: p.enum(changers).columnType('varchar(20)').default('model'),
    adminReason: p.blob().$type<Buffer>().strictNullable(),
    heldUntil: p.datetime(6).strictNullable(),
    version: p.bigint('number'),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** One row for each change that counts. */
export const RateLimitEntity = defineEntity({
  name: 'MoodRateLimit',
  tableName: 'mood_rate_limits',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    modelId: p.uuid(),
    changeCount: p.integer().default(1),
    windowStart: p.datetime(6).defaultRaw('now()'),
    windowEnd: p.datetime(6),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});

export const TermsAcceptanceEntity = defineEntity({
  name: 'TermsAcceptance',
  tableName: 'mood_terms_acceptances',
  properties: {
    modelId: p.uuid().primary(),
    termsVersion: p.string().length(40).primary(),
    acceptedAt: p.datetime(6).defaultRaw('now()'),
  },
});
