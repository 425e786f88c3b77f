import type { Page } from '../templates/ports.ts';
import type { ExperimentPhase, ExperimentPlan } from './phase.ts';

export type ExperimentState = 'running' | 'stopped' | 'idle';

/** What an administrator decided, who, when and why. */
export type ExperimentDecision = { by: string | null; at: Date; reason: string | null } & (
  | { kind: 'plan'; plan: ExperimentPlan }
  | { kind: 'stop'; winners: string[] }
);

export interface Experiment {
  name: string;
  /** `idle`: it has fewer than two variants that are active. */
  state: ExperimentState;
  /** Newest first. */
  decisions: ExperimentDecision[];
  /** Those that go on first, then the newest. */
  phases: ExperimentPhase[];
}

export type StopOutcome =
  | { kind: 'stopped'; winners: string[] }
  | { kind: 'not_running' }
  /** No variant, or one of several at one place. */
  | { kind: 'no_winner'; templateId: string };

/** Experiments with their results. All throw DependencyUnavailable. */
export interface ExperimentStore {
  /** By name. With the phases that go on alone. */
  list(page: Page): Promise<{ experiments: Experiment[]; total: number }>;
  /** @returns null when no template has ever had this experiment. */
  find(name: string): Promise<Experiment | null>;
  /** Records a plan: phases begin anew, unless nothing differs. @returns false when there is no such experiment. */
  plan(name: string, plan: ExperimentPlan, by: { changedBy: string | null; reason: string | null }): Promise<boolean>;
  /**
   * Ends it everywhere: at each place the winner, else the first variant, leaves the experiment and stays for all users, where the experiment
   * stood; the others rest.
   */
  stop(name: string, winners: readonly string[], by: { changedBy: string | null; reason: string | null }): Promise<StopOutcome>;
}
