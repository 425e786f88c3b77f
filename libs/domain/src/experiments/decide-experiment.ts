import { DomainError } from '../errors.ts';
import type { TemplateSource } from '../templates/ports.ts';
import { showChange } from '../templates/save-template.ts';
import type { Experiment, ExperimentStore } from './ports.ts';
import { maxPlannedSize } from './phase.ts';
import type { ExperimentPlan } from './phase.ts';
import { sizePerVariant } from './statistics/proportions.ts';

interface ExperimentDependencies {
  experiments: ExperimentStore;
  /** Reloaded after a decision, so that whoever made it sees it. */
  templates: Pick<TemplateSource, 'refresh'>;
}

/** Who decides, and why. */
interface Decider {
  changedBy: string | null;
  reason: string | null;
}

const notFound = (name: string) => new DomainError('EXPERIMENT_NOT_FOUND', `No template has the experiment "${name}".`);

/** @throws DomainError EXPERIMENT_NOT_FOUND. */
export async function readExperiment({ experiments }: Pick<ExperimentDependencies, 'experiments'>, name: string): Promise<Experiment> {
  const experiment = await experiments.find(name);
  if (experiment === null) throw notFound(name);
  return experiment;
}

/**
 * Plans an experiment: what is found afterwards is judged by it, and its phases begin anew.
 * @param size null: as many as it takes to find the effect from the baseline on, in 80 % of experiments.
 * @throws DomainError EXPERIMENT_NOT_FOUND; INVALID_REQUEST when neither size nor baseline is given, the two do not go together,
 * or it takes more users than a plan can ask for.
 */
export async function planExperiment(
  deps: ExperimentDependencies,
  by: Decider,
  name: string,
  { size, baseline, ...plan }: Omit<ExperimentPlan, 'size'> & { size: number | null; baseline: number | null },
): Promise<Experiment> {
  const planned = { ...plan, size: size ?? sizeFor(baseline, plan.effect) };
  if (!(await deps.experiments.plan(name, planned, by))) throw notFound(name);
  await showChange(deps);
  return readExperiment(deps, name);
}

function sizeFor(baseline: number | null, effect: number): number {
  if (baseline === null)
    throw new DomainError(
      'INVALID_REQUEST',
      'plannedSize: give it, or the baseline (the share of engaged users today) that it follows from.',
    );
  const to = baseline + effect < 1 ? baseline + effect : baseline - effect;
  if (to <= 0) throw new DomainError('INVALID_REQUEST', 'plannedEffect: expected less than the room that the baseline leaves.');
  const size = Math.max(1, Math.ceil(sizePerVariant(baseline, to)));
  // Where the difference is lost in the rounding of numbers, it is no number at all.
  if (!(size <= maxPlannedSize))
    throw new DomainError('INVALID_REQUEST', `plannedEffect: finding it takes more than ${maxPlannedSize} users of each variant.`);
  return size;
}

/**
 * Stops an experiment: the winner's text is for all, at once.
 * @param winners at most one variant of each place; where there is none, the first variant stays.
 * @throws DomainError EXPERIMENT_NOT_FOUND; VERSION_CONFLICT when it does not run; INVALID_REQUEST for a winner that is no variant.
 */
export async function stopExperiment(
  deps: ExperimentDependencies,
  by: Decider,
  name: string,
  winners: readonly string[],
): Promise<Experiment> {
  await readExperiment(deps, name);
  const outcome = await deps.experiments.stop(name, winners, by);
  switch (outcome.kind) {
    case 'stopped':
      await showChange(deps);
      return readExperiment(deps, name);
    case 'not_running':
      throw new DomainError(
        'VERSION_CONFLICT',
        `The experiment "${name}" does not run: it was stopped, or has fewer than two active variants.`,
      );
    case 'no_winner':
      throw new DomainError(
        'INVALID_REQUEST',
        `winner: ${outcome.templateId} is no variant that runs, or not the only one named for its place.`,
      );
  }
}
