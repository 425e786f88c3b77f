import type { Colour } from './chart-colours.ts';

/** One of the things that are drawn. */
export interface ChartLine {
  key: string;
  title: string;
  colour: Extract<Colour, 'accent' | 'positive' | 'neutral' | 'negative' | 'good' | 'warn'>;
  values: readonly (number | null)[];
}

/** What is drawn over time. */
export interface PlotProps {
  kind: 'lines' | 'areas' | 'columns';
  lines: readonly ChartLine[];
  /** Short names of the points, under the axis. */
  ticks: readonly string[];
  formatAxis: (value: number) => string;
  /** The highest value of the axis, where it is known: 1 of shares that add up. */
  max?: number | undefined;
  /** The point that is read out. */
  cursor: number | null;
  onCursor: (point: number | null) => void;
}
