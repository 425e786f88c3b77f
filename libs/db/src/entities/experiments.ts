import { defineEntity, p } from '@mikro-orm/core';
import type { TemplateDraft } from '@mood/domain';

const experimentDecisionKinds = ['plan', 'stop'] as const;

/** Append-only: what administrators have decided about an experiment. The newest counts. */
export const ExperimentDecisionEntity = defineEntity({
  name: 'ExperimentDecision',
  tableName: 'mood_experiment_decisions',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    experiment: p.string().length(60),
    kind: p.enum(experimentDecisionKinds).columnType('text'),
    plannedEffect: p.double().$type<number>().strictNullable(),
    plannedSize: p.integer().strictNullable(),
    holdout: p.double().$type<number>().strictNullable(),
    withinMinutes: p.integer().strictNullable(),
    winners: p.json<string[]>().strictNullable(),
    reason: p.text().strictNullable(),
    decidedBy: p.uuid().strictNullable(),
    revision: p.bigint('number').defaultRaw('1'),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** A time in which nothing changed about an experiment at one place. Written by triggers. */
export const ExperimentPhaseEntity = defineEntity({
  name: 'ExperimentPhase',
  tableName: 'mood_experiment_phases',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    experiment: p.string().length(60),
    moodState: p.string().length(20).$type<TemplateDraft['moodState']>(),
    templateType: p.string().length(50).$type<TemplateDraft['templateType']>(),
    tierLevel: p.string().length(20).$type<NonNullable<TemplateDraft['tierLevel']>>().strictNullable(),
    locale: p.string().length(35).strictNullable(),
    isPlanned: p.boolean(),
    plannedEffect: p.double().$type<number>(),
    plannedSize: p.integer(),
    holdout: p.double().$type<number>(),
    withinMinutes: p.integer(),
    revision: p.bigint('number'),
    endedRevision: p.bigint('number').strictNullable(),
    startedAt: p.datetime(6),
    endedAt: p.datetime(6).strictNullable(),
    summedAt: p.datetime(6).strictNullable(),
    firstExposedAt: p.datetime(6).strictNullable(),
  },
});

export const ExperimentVariantEntity = defineEntity({
  name: 'ExperimentVariant',
  tableName: 'mood_experiment_variants',
  properties: {
    phaseId: p.uuid().primary(),
    position: p.integer().primary(),
    /** null: no reply. */
    templateId: p.uuid().strictNullable(),
    templateVersion: p.integer().strictNullable(),
    weight: p.integer().strictNullable(),
    exposed: p.integer().strictNullable(),
    engaged: p.integer().strictNullable(),
  },
});
