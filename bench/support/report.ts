import type { Measured } from './rounds.ts';
import { median } from './rounds.ts';

export interface Row {
  bench: string;
  what: string;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  errors: number;
  cpuMsPerRequest: number;
  memoryMiB: number;
  /** Of the throughput to that of the floor, the median over the rounds; null for the floor. */
  ratioToFloor: number | null;
  rounds: number;
}

/** A number that has no floor: what it is, and what it is meant to be. */
export interface Figure {
  bench: string;
  what: string;
  value: string;
  /** What the contract or this project asks for. */
  goal: string;
}

export interface Report {
  rows: Row[];
  figures: Figure[];
}

export const mebibytes = (bytes: number, decimals = 0) => `${(bytes / 2 ** 20).toFixed(decimals)} MiB`;

/** Medians over the rounds. The ratio is taken within each round, and then the middle of the ratios. */
export function rowsOf(bench: string, results: ReadonlyMap<string, readonly Measured[]>): Row[] {
  const [floor] = results.values();
  return Array.from(results, ([what, rounds]) => {
    const of = (field: keyof Measured) => median(rounds.map((one) => one[field]));
    const ratios = rounds.map(({ perSecond }, round) => perSecond / (floor?.[round]?.perSecond ?? NaN));
    return {
      bench,
      what,
      perSecond: of('perSecond'),
      p50: of('p50'),
      p95: of('p95'),
      p99: of('p99'),
      errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
      cpuMsPerRequest: of('cpuMsPerRequest'),
      memoryMiB: Math.max(...rounds.map(({ memory }) => memory)) / 2 ** 20,
      ratioToFloor: rounds === floor ? null : median(ratios),
      rounds: rounds.length,
    };
  });
}

const columns: readonly { title: string; width: number; show: (row: Row) => string }[] = [
  { title: 'bench', width: 10, show: ({ bench }) => bench },
  { title: 'what', width: 44, show: ({ what }) => what },
  { title: '/s', width: 9, show: ({ perSecond }) => Math.round(perSecond).toLocaleString('en-US') },
  { title: 'p50 ms', width: 8, show: ({ p50 }) => p50.toFixed(1) },
  { title: 'p95 ms', width: 8, show: ({ p95 }) => p95.toFixed(1) },
  { title: 'p99 ms', width: 8, show: ({ p99 }) => p99.toFixed(1) },
  { title: 'errors', width: 7, show: ({ errors }) => String(errors) },
  { title: 'CPU ms', width: 8, show: ({ cpuMsPerRequest }) => cpuMsPerRequest.toFixed(3) },
  { title: 'RSS MiB', width: 8, show: ({ memoryMiB }) => memoryMiB.toFixed(0) },
  { title: '× floor', width: 8, show: ({ ratioToFloor }) => (ratioToFloor === null ? 'floor' : ratioToFloor.toFixed(2)) },
];

/** One table for people. */
export function table(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => (index < 2 ? cell.padEnd(columns[index]?.width ?? 0) : cell.padStart(columns[index]?.width ?? 0))).join(' ');
  const rounds = Math.max(0, ...rows.map((row) => row.rounds));
  return [
    line(columns.map(({ title }) => title)),
    ...rows.map((row) => line(columns.map(({ show }) => show(row)))),
    `Medians of ${rounds} interleaved rounds; the ratio is the median of the rounds’ ratios. CPU and RSS are of the process that answers.`,
  ].join('\n');
}

/** What has no floor, one below the other. */
export function figureList(figures: readonly Figure[]): string {
  const widest = (of: (figure: Figure) => string) => Math.max(...figures.map((figure) => of(figure).length));
  const [what, value] = [widest((figure) => figure.what), widest((figure) => figure.value)];
  return figures
    .map((figure) => `${figure.bench.padEnd(10)} ${figure.what.padEnd(what)}  ${figure.value.padStart(value)}  (${figure.goal})`)
    .join('\n');
}
