import { maxPlannedSize } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, idSchema, moodStateSchema, pageQuery, timestampSchema } from './fields.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';
import { reasonSchema } from './reason.ts';
import { experimentSchema, templateTypeSchema, userTierSchema } from './template-fields.ts';

const share = (problem: string) => z.number(problem);
const effectProblem = 'expected a difference of shares above 0, at most 0.5: 0.01 is one point';
const sizeProblem = `expected a whole number of users from 1 to ${maxPlannedSize}`;
const baselineProblem = 'expected a share above 0 and below 1: 0.2 is 20 %';
const holdoutProblem = 'expected a share of users from 0 to 0.5: 0.05 is one of 20';
const minutesProblem = 'expected a whole number of minutes from 1 to 1440';

/** How an administrator plans an experiment, before the first user is exposed. */
export const experimentPlanSchema = z
  .strictObject({
    plannedEffect: share(effectProblem)
      .gt(0, effectProblem)
      .max(0.5, effectProblem)
      .meta({ description: 'The difference of shares that is worth finding.', example: 0.02 }),
    plannedSize: optionalField(z.int(sizeProblem).min(1, sizeProblem).max(maxPlannedSize, sizeProblem)).meta({
      description: 'How many users each variant needs. Absent: what follows from the baseline, for a power of 80 %.',
      example: 5_000,
    }),
    baseline: optionalField(share(baselineProblem).gt(0, baselineProblem).lt(1, baselineProblem)).meta({
      description: 'The share of engaged users today. Needed where `plannedSize` is absent.',
      example: 0.2,
    }),
    holdout: fieldWithDefault(share(holdoutProblem).min(0, holdoutProblem).max(0.5, holdoutProblem), 0).meta({
      description: 'The share of users who get no automatic reply, so that one sees what replies do at all.',
      example: 0.05,
    }),
    withinMinutes: fieldWithDefault(z.int(minutesProblem).min(1, minutesProblem).max(1_440, minutesProblem), 60).meta({
      description: 'A user who writes again within so many minutes after the reply is engaged.',
    }),
    reason: optionalField(reasonSchema).meta({ description: 'Why, for the record.' }),
  })
  .meta({
    id: 'ExperimentPlan',
    example: { plannedEffect: 0.02, baseline: 0.2, holdout: 0.05, withinMinutes: 60, reason: 'Do warmer words bring users back?' },
  });

export const experimentStopSchema = z
  .strictObject({
    winner: optionalField(z.union([idSchema, z.array(idSchema).max(100)])).meta({
      description:
        'The template whose text is for all from now on; a list where the experiment has several places (mood, tier, locale). Absent: at each place the first variant stays.',
    }),
    reason: reasonSchema.meta({ description: 'Why, for the record.', example: 'B is better by 1.0 to 3.1 points.' }),
  })
  .meta({ id: 'ExperimentStop' });

export const experimentNameSchema = experimentSchema;
export const experimentPageQuerySchema = z.strictObject(pageQuery(50, 20));

const countOrNothing = (description: string) => z.int().nullable().meta({ description });

const planAnswerSchema = z
  .object({
    plannedEffect: z.number(),
    plannedSize: z.int(),
    holdout: z.number(),
    withinMinutes: z.int(),
  })
  .meta({ id: 'ExperimentPlanInEffect' });

const variantSchema = z
  .object({
    label: z.string().meta({ description: '`A` is the first; the others are compared with it. `no reply` is the holdout.' }),
    templateId: answeredIdSchema.nullable(),
    version: z.int().nullable(),
    weight: z.int().nullable(),
    content: z.string().nullable(),
    plannedShare: z.number().meta({ description: 'The share of users that it should get.' }),
    exposed: z.int().meta({ description: 'Users whose first automatic reply of the phase it was.' }),
    mature: countOrNothing('Of them, those whose time to write again is over. null: the split is broken.'),
    engaged: countOrNothing('Of those, the ones who wrote again in time. null: the split is broken.'),
    rate: z.number().nullable().meta({ description: '`engaged` of `mature`. null: nobody yet, or the split is broken.' }),
    interval: z
      .object({ low: z.number(), high: z.number() })
      .nullable()
      .meta({ description: 'Wilson’s interval of the rate, 95 %, for one look.' }),
  })
  .meta({ id: 'ExperimentVariant' });

const verdictSchema = z
  .object({
    kind: z.enum(['not_measured', 'broken', 'too_early', 'better', 'no_difference']),
    words: z.string(),
    safeToStop: z.boolean(),
  })
  .meta({ id: 'ExperimentVerdict' });

const comparisonSchema = z
  .object({
    variant: z.string().meta({ description: 'Compared with the first variant: differences are this one’s share minus the first one’s.' }),
    verdict: verdictSchema,
    sequence: z
      .object({ difference: z.number(), low: z.number(), high: z.number() })
      .nullable()
      .meta({ description: 'A confidence sequence: its bounds hold at every look.' }),
    posterior: z
      .object({ probabilityBetter: z.number(), lossOfFirst: z.number(), lossOfVariant: z.number() })
      .nullable()
      .meta({ description: 'To be read beside the sequence. Never a reason to stop: peeking makes it wrong.' }),
    atPlannedEnd: z
      .object({ z: z.number(), p: z.number(), low: z.number(), high: z.number() })
      .nullable()
      .meta({ description: 'Pooled z and Newcombe’s interval, for one look, once the planned size is reached.' }),
  })
  .meta({ id: 'ExperimentComparison' });

const phaseSchema = z
  .object({
    id: answeredIdSchema,
    moodState: moodStateSchema,
    templateType: templateTypeSchema,
    tierLevel: userTierSchema.nullable(),
    locale: z.string().nullable(),
    startedAt: timestampSchema,
    endedAt: timestampSchema.nullable(),
    firstExposedAt: timestampSchema.nullable(),
    asOf: timestampSchema,
    planned: z.boolean().meta({ description: 'false: nobody has planned it, and the defaults stand in the plan.' }),
    plan: planAnswerSchema,
    variants: z.array(variantSchema),
    sampleRatio: z
      .object({ chiSquare: z.number(), p: z.number(), broken: z.boolean() })
      .nullable()
      .meta({ description: 'null while there are too few users to tell. Broken: p below 0.001, and there is no result.' }),
    comparisons: z.array(comparisonSchema).nullable().meta({ description: 'null: there is no result.' }),
    verdict: verdictSchema,
  })
  .meta({ id: 'ExperimentPhase' });

const stateSchema = z.enum(['running', 'stopped', 'idle']).meta({
  description: '`idle`: fewer than two of its variants are active. `stopped`: so, and it was stopped, whatever was planned since.',
});

const decisionSchema = z
  .object({
    kind: z.enum(['plan', 'stop']),
    by: answeredIdSchema.nullable(),
    at: timestampSchema,
    reason: z.string().nullable(),
    plan: planAnswerSchema.optional(),
    winners: z
      .array(answeredIdSchema)
      .optional()
      .meta({ description: 'Of a stop: the templates whose texts everybody gets from then on.' }),
  })
  .meta({ id: 'ExperimentDecision' });

const experimentShape = {
  name: z.string(),
  state: stateSchema,
  phases: z.array(phaseSchema).meta({ description: 'Those that go on first, then the newest; 50 at most. Results are of one phase.' }),
};

export const experimentAnswerSchema = z
  .object({ ...experimentShape, decisions: z.array(decisionSchema).meta({ description: 'Newest first; 100 at most.' }) })
  .meta({ id: 'Experiment' });

export const experimentPageSchema = z
  .object({
    experiments: z.array(z.object(experimentShape).meta({ id: 'RunningExperiment', description: 'With the phases that go on.' })),
    total: z.int(),
    limit: z.int(),
    offset: z.int(),
  })
  .meta({ id: 'ExperimentPage' });
