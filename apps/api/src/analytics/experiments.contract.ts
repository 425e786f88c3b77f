import {
  experimentAnswerSchema,
  experimentNameSchema,
  experimentPageQuerySchema,
  experimentPageSchema,
  experimentPlanSchema,
  experimentStopSchema,
} from '@mood/contract/experiments';
import { createRoute } from '@hono/zod-openapi';
import { compareByPosterior, judgePhase, proportionOf, wilson } from '@mood/domain';
import type { CountedVariant, Experiment, ExperimentDecision, ExperimentPhase, ExperimentPlan } from '@mood/domain';
import { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';
import { analysts } from './analytics.contract.ts';

export const experimenters: Access = {
  roles: ['admin'],
  scope: 'experiments:write',
  refusal: 'Only administrators plan and stop experiments.',
};

const tags = ['Experiments'];
const readers = 'For administrators with the scope `analytics:read`.';
const writers = 'For administrators with the scope `experiments:write`.';

export const experimentParams = z.object({
  name: experimentNameSchema.meta({ param: { name: 'name', in: 'path', description: 'Name of the experiment.' }, example: 'warmer-words' }),
});

export const listExperimentsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/experiments',
  operationId: 'listExperiments',
  tags,
  summary: 'List the experiments',
  description: `${readers} By name, with the phases that go on and what they say.`,
  ...openTo(analysts),
  request: { query: experimentPageQuerySchema },
  responses: {
    200: { description: 'A page of experiments.', content: json(experimentPageSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

export const readExperimentRoute = createRoute({
  method: 'get',
  path: '/admin/mood/experiments/{name}',
  operationId: 'readExperiment',
  tags,
  summary: 'Read an experiment and its results',
  description: `${readers} One verdict in words for each phase. The unit is the user, by the first automatic reply of the phase; only users whose time to write again is over count as engaged or not.`,
  ...openTo(analysts),
  request: { params: experimentParams },
  responses: {
    200: { description: 'The experiment.', content: json(experimentAnswerSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.experimentNotFound,
    ...commonErrors,
  },
});

export const planExperimentRoute = createRoute({
  method: 'post',
  path: '/admin/mood/experiments/{name}',
  operationId: 'planExperiment',
  tags,
  summary: 'Plan an experiment',
  description: `${writers} Before the first user is exposed: another plan starts a new phase, and what was counted stays with the phase before.`,
  ...openTo(experimenters),
  request: { params: experimentParams, body: { required: true, content: json(experimentPlanSchema) } },
  responses: {
    200: { description: 'The experiment.', content: json(experimentAnswerSchema) },
    ...badRequest(),
    ...errorAnswers.forbidden,
    ...errorAnswers.experimentNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export const stopExperimentRoute = createRoute({
  method: 'post',
  path: '/admin/mood/experiments/{name}/stop',
  operationId: 'stopExperiment',
  tags,
  summary: 'Stop an experiment',
  description: `${writers} At every place at once: the winner, or without one the first variant, leaves the experiment and is for all users, at the priority where the experiment stood. The other variants rest (\`active\` is false). Nobody is held out any more. All of it stands in the versions of the templates, with the reason.`,
  ...openTo(experimenters),
  request: { params: experimentParams, body: { required: true, content: json(experimentStopSchema) } },
  responses: {
    200: { description: 'The experiment.', content: json(experimentAnswerSchema) },
    ...badRequest(),
    ...errorAnswers.forbidden,
    ...errorAnswers.experimentNotFound,
    ...errorAnswers.conflict,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

const toPlanBody = ({ effect, size, holdout, withinMinutes }: ExperimentPlan) => ({
  plannedEffect: effect,
  plannedSize: size,
  holdout,
  withinMinutes,
});

function toPhaseBody(phase: ExperimentPhase) {
  const { sampleRatio, plannedShares, comparisons, verdict } = judgePhase(phase);
  const hasResult = comparisons !== null;
  const toVariantBody = (variant: CountedVariant, plannedShare: number) => {
    const { label, template, exposed, mature, engaged } = variant;
    const hasRate = hasResult && mature > 0;
    return {
      label,
      templateId: template?.id ?? null,
      version: template?.version ?? null,
      weight: template?.weight ?? null,
      content: template?.content ?? null,
      plannedShare,
      exposed,
      mature: hasResult ? mature : null,
      engaged: hasResult ? engaged : null,
      rate: hasRate ? engaged / mature : null,
      interval: hasRate ? wilson(proportionOf(variant)) : null,
    };
  };
  const [first] = phase.variants;
  return {
    id: phase.id,
    moodState: phase.moodState,
    templateType: phase.templateType,
    tierLevel: phase.tierLevel,
    locale: phase.locale,
    startedAt: phase.startedAt.toISOString(),
    endedAt: phase.endedAt?.toISOString() ?? null,
    firstExposedAt: phase.firstExposedAt?.toISOString() ?? null,
    asOf: phase.asOf.toISOString(),
    planned: phase.isPlanned,
    plan: toPlanBody(phase.plan),
    variants: phase.variants.map((variant, nth) => toVariantBody(variant, plannedShares[nth] ?? 0)),
    sampleRatio: sampleRatio && { chiSquare: sampleRatio.chiSquare, p: sampleRatio.p, broken: sampleRatio.isBroken },
    comparisons:
      comparisons?.map(({ variant, verdict: ofVariant, sequence, atPlannedEnd }) => {
        const posterior = first === undefined || sequence === null ? null : compareByPosterior(proportionOf(first), proportionOf(variant));
        return {
          variant: variant.label,
          verdict: ofVariant,
          sequence,
          posterior: posterior && {
            probabilityBetter: posterior.probabilityBBetter,
            lossOfFirst: posterior.lossOfA,
            lossOfVariant: posterior.lossOfB,
          },
          atPlannedEnd: atPlannedEnd && { z: atPlannedEnd.z, p: atPlannedEnd.p, ...atPlannedEnd.interval },
        };
      }) ?? null,
    verdict,
  };
}

const toDecisionBody = (decision: ExperimentDecision) => ({
  kind: decision.kind,
  by: decision.by,
  at: decision.at.toISOString(),
  reason: decision.reason,
  ...(decision.kind === 'plan' ? { plan: toPlanBody(decision.plan) } : { winners: decision.winners }),
});

export const toRunningBody = ({ name, state, phases }: Experiment) => ({ name, state, phases: phases.map(toPhaseBody) });

export const toExperimentBody = (experiment: Experiment): z.input<typeof experimentAnswerSchema> => ({
  ...toRunningBody(experiment),
  decisions: experiment.decisions.map(toDecisionBody),
});
