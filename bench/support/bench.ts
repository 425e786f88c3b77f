import type { Row } from './report.ts';

/** What every benchmark is told. */
export interface BenchOptions {
  /** Tells how far it is. */
  say: (line: string) => void;
  /** Of one round. */
  seconds: number;
  rounds: number;
  models: number;
  /** For the API's process, such as `--cpu-prof`. */
  execArgv: string[];
}

/** @returns what goes into the table; nothing when it has printed its own. */
export type Bench = (options: BenchOptions) => Promise<Row[]>;
