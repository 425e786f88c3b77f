import type { Fact } from './facts.ts';

/** Where a metric's values come from. */
export type MetricSource =
  /** How often it happened. */
  | { kind: 'count'; fact: Fact }
  /** The fact's total per n. `matureSeconds`: what happened is counted once so much time has passed. */
  | { kind: 'ratio'; fact: Fact; matureSeconds: number }
  | { kind: 'state time' }
  | { kind: 'known' }
  | { kind: 'adopted'; days: 7 | 30 }
  | { kind: 'active now' }
  | { kind: 'moods now' }
  | { kind: 'changes per model' }
  | { kind: 'durations' }
  | { kind: 'lateness' }
  | { kind: 'audit' };

/** A metric, as everybody who reads it has to understand it. */
export interface MetricEntry {
  name: string;
  title: string;
  /** What a value counts. `share`: from 0 to 1. */
  unit: string;
  definition: string;
  /** What it can be grouped by. */
  groups: readonly string[];
  /** Of a quotient: what is divided, and by what. */
  numerator?: string;
  denominator?: string;
  source: MetricSource;
}

/** Of what is known for one moment alone. */
export const asOfNow = 'As of now: it has a value only for the time that holds this moment.';

/** How often something happened. */
export const count = (fact: Fact): MetricSource => ({ kind: 'count', fact });
