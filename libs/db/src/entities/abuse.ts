import { defineEntity, p } from '@mikro-orm/core';
import { abuseRules, feedbackTopics } from '@mood/domain';

/** What processes counted within a quarter of an hour. */
export const CountEntity = defineEntity({
  name: 'AnalyticsCount',
  tableName: 'analytics_counts',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    bucketStart: p.datetime(6),
    metric: p.text(),
    groupKey: p.text(),
    modelId: p.uuid().strictNullable(),
    n: p.bigint('number'),
  },
});

/** The last batch of counts that is stored of a process. */
export const CountBatchEntity = defineEntity({
  name: 'AnalyticsCountBatch',
  tableName: 'analytics_count_batches',
  properties: {
    process: p.uuid().primary(),
    sequence: p.bigint('number'),
    storedAt: p.datetime(6),
  },
});

const people = ['user', 'model'] as const;

/** A person's score of a day. */
export const FeedbackEntity = defineEntity({
  name: 'MoodFeedback',
  tableName: 'mood_feedback',
  properties: {
    personId: p.uuid().primary(),
    role: p.enum(people).columnType('text').primary(),
    about: p.enum(feedbackTopics).columnType('text').primary(),
    day: p.date().primary(),
    score: p.smallint(),
    givenAt: p.datetime(6),
  },
});

/** A model that was above a threshold of the last hour. */
export const AlertEntity = defineEntity({
  name: 'AbuseAlert',
  tableName: 'abuse_alerts',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    modelId: p.uuid(),
    rule: p.enum(abuseRules).columnType('text'),
    threshold: p.integer(),
    count: p.integer(),
    peak: p.integer(),
    openedAt: p.datetime(6),
    lastSeenAt: p.datetime(6),
    closedAt: p.datetime(6).strictNullable(),
    acknowledgedAt: p.datetime(6).strictNullable(),
    acknowledgedBy: p.uuid().strictNullable(),
    note: p.text().strictNullable(),
  },
});

/** When a worker looked for abuse. */
export const AbuseCheckEntity = defineEntity({
  name: 'AbuseCheck',
  tableName: 'abuse_checks',
  properties: {
    onlyRow: p.boolean().primary().default(true),
    checkedAt: p.datetime(6).defaultRaw(`'-infinity'`),
  },
});
