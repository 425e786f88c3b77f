import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { readColours, useThemeChanges } from './chart-colours.ts';
import type { Colour } from './chart-colours.ts';
import type { PlotProps } from './chart-drawing.ts';
import { alone, stack, ticksAt } from './chart-layout.ts';
import styles from './chart.module.css';

const height = 240;
/** Pixels that a label of the time axis needs. */
const labelWidth = 72;

const dashes: readonly number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** The drawing, on a canvas: what it says stands in the sentence, the read-out and the table beside it. */
export function Plot({ kind, lines, ticks, formatAxis, max, cursor, onCursor }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const tell = useRef(onCursor);
  const themes = useThemeChanges();
  useEffect(() => {
    tell.current = onCursor;
  }, [onCursor]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new uPlot(...draw(element, { kind, lines, ticks, formatAxis, max }, (point) => tell.current(point)), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [kind, lines, ticks, formatAxis, max, themes]);

  useEffect(() => {
    const drawn = plot.current;
    if (drawn === undefined) return;
    if (cursor === null) drawn.setCursor({ left: -10, top: -10 }, false);
    else if (drawn.cursor.idx !== cursor) drawn.setCursor({ left: drawn.valToPos(cursor, 'x'), top: 1 }, false);
  }, [cursor, lines, themes]);

  return <div ref={host} className={styles['plot']} />;
}

function draw(
  host: HTMLElement,
  { kind, lines, ticks, formatAxis, max }: Omit<PlotProps, 'cursor' | 'onCursor'>,
  onPoint: (point: number | null) => void,
): [uPlot.Options, uPlot.AlignedData] {
  const names: (Colour | `${Colour}-ground`)[] = lines.flatMap(({ colour }) => [colour, `${colour}-ground` as const]);
  const colours = readColours(host, [...names, 'line', 'text-soft', 'surface']);
  const colourOf = (name: string) => [...colours].find(([known]) => known === name)?.[1] ?? 'currentColor';
  const isStacked = kind !== 'lines';
  // Of a stack the highest is drawn first, and the others over it.
  const drawn = lines.map((line, index) => ({ line, index, values: isStacked ? stack(lines, index) : line.values }));
  if (isStacked) drawn.reverse();
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  const axis = { stroke: colourOf('text-soft'), font, ticks: { show: false } };
  const grid = { stroke: colourOf('line'), width: 1 };
  const bars = uPlot.paths.bars?.({ size: [0.72, 48] });
  const options: uPlot.Options = {
    width: host.clientWidth || 320,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === 'lines' } },
    scales: {
      x: { time: false, range: () => (kind === 'columns' ? [-0.6, ticks.length - 0.4] : [0, Math.max(1, ticks.length - 1)]) },
      y: { range: (_, __, top) => [0, max ?? (top > 0 ? top * 1.05 : 1)] },
    },
    axes: [
      {
        ...axis,
        size: 34,
        gap: 10,
        grid: { show: false },
        splits: (u) => ticksAt(ticks.length, Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / labelWidth))),
        values: (_, at) => at.map((point) => ticks[point] ?? ''),
      },
      { ...axis, grid, size: 56, values: (_, at) => at.map(formatAxis) },
    ],
    series: [
      {},
      ...drawn.map(({ line, index }) => ({
        label: line.title,
        stroke: colourOf(line.colour),
        width: 2,
        dash: isStacked ? [] : (dashes[index % dashes.length] ?? []),
        ...(isStacked && { fill: kind === 'columns' ? colourOf(line.colour) : colourOf(`${line.colour}-ground`) }),
        ...(kind === 'columns' && bars !== undefined && { paths: bars, width: 0 }),
        points: {
          show: kind !== 'columns',
          size: 6,
          fill: colourOf(line.colour),
          filter: (_: uPlot, of: number) => alone(drawn[of - 1]?.values ?? []),
        },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
  return [options, [ticks.map((_, point) => point), ...drawn.map(({ values }) => [...values])]];
}
