import type { Report } from './report.ts';

/** What every benchmark is told. */
export interface BenchOptions {
  /** Tells how far it is. */
  say: (line: string) => void;
  /** Of one round. */
  seconds: number;
  rounds: number;
  models: number;
  /** What "size" makes, and for how long it holds a snapshot. */
  size: { models: number; rows: number; snapshotSeconds: number };
  /** How long the run takes that has to show that nothing grows, in seconds. */
  soakSeconds: number;
  /** How many replies are overdue when the worker starts. */
  backlog: number;
  /** How many are due at one moment. */
  due: number;
  /** For the processes of the API and the worker, such as `--cpu-prof`. */
  execArgv: string[];
}

/** @returns what goes into the tables; nothing when it has printed its own. */
export type Bench = (options: BenchOptions) => Promise<Report>;
