import { lazy, Suspense, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { PlotProps } from './chart-drawing.ts';
import { moveCursor } from './chart-layout.ts';
import styles from './chart.module.css';

/** Loaded with the first chart. */
const Plot = lazy(async () => ({ default: (await import('./chart-plot.tsx')).Plot }));

interface ChartProps extends Omit<PlotProps, 'cursor' | 'onCursor'> {
  /** What is drawn, for the cursor's name: "Time in each mood, by day". */
  title: string;
  /** What the drawing says, for who does not see it. */
  sentence: string;
  /** Long names of the points, for the read-out. */
  points: readonly string[];
  format: (value: number | null) => string;
  /** How the cursor is moved by keys. */
  keysHint: string;
}

/** Values over time. The cursor follows the mouse and the arrow keys; what is under it is read out, and stands below in words. */
export function Chart({ title, sentence, points, format, keysHint, ...drawing }: ChartProps) {
  const [cursor, setCursor] = useState<number | null>(null);
  const { lines } = drawing;
  const shown = cursor !== null && cursor < points.length ? cursor : null;
  const readOut = (point: number) =>
    `${points[point] ?? ''}: ${lines.map(({ title: name, values }) => `${name} ${format(values[point] ?? null)}`.trim()).join(', ')}`;

  function onKeyDown(event: KeyboardEvent) {
    const next = event.ctrlKey || event.metaKey || event.altKey ? null : moveCursor(event.key, cursor, points.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  }

  return (
    <div className={styles['chart']}>
      <div className={styles['stage']} onMouseLeave={() => setCursor(null)}>
        <div role="img" aria-label={sentence}>
          <Suspense fallback={<div className={styles['plot']} />}>
            <Plot {...drawing} cursor={shown} onCursor={setCursor} />
          </Suspense>
        </div>
        <div
          className={styles['cursor']}
          role="slider"
          tabIndex={0}
          aria-label={title}
          aria-description={keysHint}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, points.length - 1)}
          aria-valuenow={shown ?? Math.max(0, points.length - 1)}
          aria-valuetext={readOut(shown ?? points.length - 1)}
          onKeyDown={onKeyDown}
          onBlur={() => setCursor(null)}
        />
      </div>
      <ul className={styles['legend']}>
        <li className={styles['point']}>{points[shown ?? points.length - 1]}</li>
        {lines.map(({ key, title: name, colour, values }, index) => (
          <li key={key} className={styles['key']}>
            <svg width="20" height="10" aria-hidden="true" className={styles[colour]}>
              {drawing.kind === 'lines' ? (
                <line x1="0" y1="5" x2="20" y2="5" strokeWidth="3" stroke="currentColor" strokeDasharray={dashOf(index)} />
              ) : (
                <rect width="20" height="10" rx="2" fill="currentColor" />
              )}
            </svg>
            {name} <strong>{format(values[shown ?? points.length - 1] ?? null)}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}

const dashOf = (index: number): string | undefined => [undefined, '6 3', '2 3', '8 3 2 3'][index % 4];
